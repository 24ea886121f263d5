// One long-lived <video>, its centre square drawn to a canvas, JPEG, sent as a message: live frames (two on
// their way at most, the newest wins) and bursts (timed and stamped here). Frames are never traits.

const SILENT_MS = 6000; // without an answer for so long, the kernel is gone or busy
const PING_MS = 1000;
const PICTURE_MS = 8000; // after which a camera that was opened should have sent a picture
const GONE = ["EndedError", "NotFoundError", "OverconstrainedError"]; // a camera that is plugged in ends these

function render({ model, el, signal }) {
  const say = sayer(model);
  const send = sender(model);
  const video = h("video", { autoplay: true, playsinline: true, muted: true, class: "fg-video" });
  video.muted = true;
  const canvas = h("canvas");
  const ctx = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  const count = h("div", { class: "fg-count", "aria-live": "assertive" });
  const arc = h("circle", { class: "fg-ring-arc", cx: 50, cy: 50, r: 46, pathLength: 100 });
  const ring = h("svg", { class: "fg-ring", viewBox: "0 0 100 100" },
    h("circle", { class: "fg-ring-back", cx: 50, cy: 50, r: 46 }), arc);
  const flash = h("div", { class: "fg-flash" });
  const sentence = h("p", { role: "alert" });
  const command = h("code");
  const retry = h("button", { class: "fg-button", onclick: () => (elsewhere ? claim() : send("camera", { want: "on" })) });
  const trouble = h("div", { class: "fg-trouble", hidden: true }, sentence, command, retry);
  const frame = h("div", { class: "fg-camera", tabindex: 0, role: "group" },
    video, flash, ring, count, trouble);
  const picker = h("select", { class: "fg-picker", hidden: true, onchange: () => send("device", { id: picker.value }) });
  const toggle = h("button", { class: "fg-button fg-small", onclick: toggleCamera });
  const hint = h("span", { class: "fg-hint" });
  el.classList.add("fg-grabber");
  el.append(frame, h("div", { class: "fg-camera-row" }, toggle, picker, hint));

  let camera = null; // ipywebrtc's model of it, which all views in this page share
  let stream = null;
  let state = "starting";
  let inFlight = 0;
  let burst = null;
  let looking = false; // for the next frame of the video
  const me = Math.random().toString(36).slice(2); // of all pages that show this game, one has the camera
  let elsewhere = false;
  let answered = performance.now();

  // -- the camera

  async function connect() {
    const reference = model.get("stream");
    if (elsewhere) shut(stream);
    stream = video.srcObject = null;
    if (elsewhere) return setState("elsewhere");
    if (!reference) return setState("off");
    setState("starting");
    let source;
    try {
      if (model.get("webcam") && !navigator.mediaDevices) throw new DOMException("", "InsecureError");
      source = await model.widget_manager.get_model(reference.replace("IPY_MODEL_", ""));
      camera = source;
      camera.shownBy = me;
      const opened = await source.captureStream();
      if (elsewhere) shut(opened);
      if (signal.aborted || elsewhere || reference !== model.get("stream")) return;
      stream = opened;
      video.srcObject = stream;
      for (const track of stream.getVideoTracks()) {
        track.addEventListener("ended", () => stream === opened && setState("EndedError"), { signal });
      }
      setTimeout(() => stream === opened && state === "starting" && setState("TimeoutError"), PICTURE_MS);
      await video.play();
      setState("live");
      listDevices();
    } catch (error) {
      if (source) source.cameraStream = null; // else ipywebrtc raises it again, at nobody, when it is closed
      if (reference === model.get("stream") && !elsewhere) setState(error?.name || "UnknownError", error?.message);
    }
  }

  /** Close the camera in this page, its light too, unless another view in this page shows it. Before it is taken from
   * the video: one that is shown nowhere is paused, and Chromium was seen not to wake it for the page that opens it next. */
  function shut(opened) {
    if (!opened || !model.get("webcam") || camera.shownBy !== me) return;
    for (const track of opened.getTracks()) track.stop();
    camera.cameraStream = null; // to be opened anew
  }

  function setState(name, message = "") {
    if (signal.aborted) return;
    state = name;
    const failed = name.endsWith("Error");
    if (failed || elsewhere) stopBurst();
    nextFrame();
    if (!elsewhere) send("camera", { state: name, message: String(message).slice(0, 200) });
    drawState(failed);
  }

  function drawState(failed = state.endsWith("Error")) {
    frame.dataset.state = failed ? "error" : state;
    trouble.hidden = state === "live";
    const known = `camera.${state}` in model.get("words") ? `camera.${state}` : "camera.UnknownError";
    const port = location.port || "8888";
    sentence.textContent = say(known, { error: state, host: location.hostname });
    command.textContent = state === "InsecureError" ? `ssh -L ${port}:localhost:${port} ${location.hostname}` : "";
    command.hidden = !command.textContent;
    retry.hidden = state === "starting";
    retry.textContent = say(elsewhere ? "camera.here" : state === "off" ? "camera.on" : "camera.retry");
    toggle.textContent = say(state === "off" ? "camera.on" : "camera.off");
    toggle.hidden = failed || elsewhere;
    hint.textContent = say("camera.private");
    frame.setAttribute("aria-label", say("camera.label"));
    picker.setAttribute("aria-label", say("camera.pick"));
  }

  const cameraList = async () =>
    (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");

  async function listDevices() {
    if (!model.get("webcam")) return;
    const cameras = await cameraList();
    const used = stream?.getVideoTracks()[0]?.getSettings().deviceId;
    picker.replaceChildren(...cameras.map((device, i) =>
      h("option", { value: device.deviceId, selected: device.deviceId === used },
        device.label || say("camera.number", { number: i + 1 }))));
    picker.hidden = cameras.length === 0;
  }

  /** A camera was plugged in or out: one that is back is taken up again without a word. */
  async function onDevices() {
    if (state === "live") return listDevices();
    if (model.get("webcam") && GONE.includes(state) && (await cameraList()).length) send("camera", { want: "on" });
  }

  /** Have the game's camera be this page's. */
  function claim() {
    send("claim", { view: me });
  }

  function onOwner() {
    const was = elsewhere;
    elsewhere = model.get("owner") !== me;
    if (was !== elsewhere) connect();
  }

  function toggleCamera() {
    send("camera", { want: state === "off" ? "on" : "off" });
    frame.focus({ preventScroll: true });
  }

  // -- frames

  /** The centre square of the video now, as JPEG bytes. At once: `toBlob` waits for the page to be idle, which in a
   * match takes it 19 ms, and 200 in one of twenty times (docs/speed.md). */
  function grab() {
    const side = model.get("side");
    const square = Math.min(video.videoWidth, video.videoHeight);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    ctx.drawImage(video, (video.videoWidth - square) / 2, (video.videoHeight - square) / 2,
      square, square, 0, 0, side, side);
    const data = atob(canvas.toDataURL("image/jpeg", model.get("quality")).split(",")[1]);
    return Uint8Array.from(data, (letter) => letter.charCodeAt(0)).buffer;
  }

  const free = () => !signal.aborted && model.get("wants") === "frames" && !burst && state === "live"
    && inFlight < model.get("max_in_flight");

  function onWants() {
    holdIcon(model.get("wants") === "frames");
    nextFrame();
  }

  /** Send the video's next frame, if one may be sent: to be called whenever that may have changed. */
  function nextFrame() {
    if (looking || !free()) return;
    looking = true;
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(onVideoFrame);
    else requestAnimationFrame(onVideoFrame);
  }

  function onVideoFrame() {
    looking = false;
    if (free() && video.videoWidth) {
      const stamp = performance.now();
      if (send("frame", { stamp }, [grab()])) inFlight += 1;
    }
    nextFrame();
  }

  // -- bursts

  async function carryOut(plan) {
    const mine = (burst = { id: plan.id });
    frame.dataset.burst = "countdown";
    for (let left = Math.ceil(plan.countdown); left > 0 && burst === mine; left--) {
      count.textContent = left;
      await until(performance.now() + Math.min(1000, plan.countdown * 1000), mine);
    }
    count.textContent = "";
    frame.dataset.burst = "recording";
    const start = performance.now();
    for (const [i, due] of plan.due.entries()) {
      await until(start + due * 1000, mine);
      if (burst !== mine) break;
      const stamp = (performance.now() - start) / 1000;
      send("picture", { burst: plan.id, stamp }, [grab()]);
      arc.style.strokeDashoffset = 100 - (100 * (i + 1)) / plan.due.length;
      flash.classList.toggle("fg-odd");
    }
    send("burst_sent", { burst: plan.id });
    if (burst === mine) stopBurst();
  }

  function until(time, mine) {
    return new Promise((done) => {
      const wait = () => {
        const left = time - performance.now();
        if (left <= 0 || burst !== mine || signal.aborted) done();
        else setTimeout(wait, Math.min(left, 50));
      };
      wait();
    });
  }

  function stopBurst() {
    burst = null;
    count.textContent = "";
    arc.style.strokeDashoffset = 100;
    delete frame.dataset.burst;
    nextFrame();
  }

  // -- the kernel

  function onMessage(message) {
    answered = performance.now();
    if (frame.dataset.kernel) {
      delete frame.dataset.kernel;
      drawState();
    }
    if (message.kind === "ack") {
      inFlight = Math.max(0, inFlight - 1);
      nextFrame();
    }
    if (message.kind === "burst" && state === "live") carryOut(message.plan);
    else if (message.kind === "burst" && !elsewhere) send("burst_sent", { burst: message.plan.id });
    if (message.kind === "burst_over" && burst?.id === message.burst) stopBurst();
  }

  function ping() {
    send("ping");
    if (performance.now() - answered < SILENT_MS || document.hidden) return;
    frame.dataset.kernel = "silent";
    trouble.hidden = false;
    retry.hidden = command.hidden = true;
    sentence.textContent = say("kernel.silent");
    inFlight = 0; // what was on its way will not be answered
    stopBurst();
  }

  /** JupyterLab shows that a kernel is busy by another icon of the tab, which the browser asks the server for each time:
   * once for every frame. While frames are sent the icon stays as it is. */
  function holdIcon(hold) {
    for (const link of document.querySelectorAll(hold ? "link.busy.favicon" : "link.fg-busy.favicon")) {
      link.classList.replace(hold ? "busy" : "fg-busy", hold ? "fg-busy" : "busy");
    }
  }

  function onVisibility() {
    answered = performance.now();
    if (!elsewhere) send("page", { visible: !document.hidden });
  }

  onKey(el, signal, (key) => key === "c" && (toggleCamera(), true));
  model.on("msg:custom", onMessage);
  model.on("change:stream", connect);
  model.on("change:wants", onWants);
  model.on("change:owner", onOwner);
  model.on("change:words", () => drawState());
  document.addEventListener("visibilitychange", onVisibility, { signal });
  navigator.mediaDevices?.addEventListener("devicechange", onDevices, { signal });
  const pings = setInterval(ping, PING_MS);
  arc.style.strokeDashoffset = 100;
  drawState();
  claim();
  connect();
  onWants();

  return () => {
    clearInterval(pings);
    video.pause();
    video.srcObject = null;
    stopBurst();
    holdIcon(false);
  };
}

export default { render };
