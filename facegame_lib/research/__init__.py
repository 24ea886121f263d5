"""How good is it? Tools that measure a recogniser on pictures of people. Nothing that plays imports this."""
