"""Where the face is and how the head is turned, as Keras layers: `detector`, `faces` and `head` for one still
picture, in which no face is followed.

There is no loop and no branch in a graph that runs everywhere: so both detectors look at every picture, and
at most `FACES` faces of it are compared.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from facegame_lib import detector, faces, head
from facegame_lib.research.export.warp_layers import Levels, Patch

FACES: Final = 8  # of one picture: the surest, of which the largest is taken
_STEPS: Final = 15  # towards the nearest rotation; for a head, 10 give all the digits there are


class Head(NamedTuple):
    """A face's `landmarks` `(468, 3)` in pixels and its pose: `scale`, `turn` `(3, 3)`, `origin` `(3,)`, as
    in `head.Pose`. `there` is 1, or 0 where there is no face and the others mean nothing."""

    landmarks: Any
    scale: Any
    turn: Any
    origin: Any
    there: Any

    def patch(self, centre: tuple[float, float, float], side: float) -> Patch:
        """As `head.Pose.patch`."""
        from keras import ops

        at = ops.sum(self.scale * self.turn * np.array([centre], np.float32), axis=1) + self.origin
        return Patch(ops.take(at, np.arange(2)), self.scale * self.turn[:2, :2] * side)

    def on_head(self) -> Any:
        """The landmarks where they lie on the head, in units of `head.HEAD`: `(468, 3)`."""
        from keras import ops

        return ops.matmul(self.landmarks - self.origin, self.turn) / self.scale


def find(levels: Levels, near: Any, far: Any, mesh: Any) -> Head:
    """The largest and surest face of the picture, by these nets (Keras models)."""
    from keras import ops

    (near_boxes, near_share), (far_boxes, far_share) = _detected(levels, near), _detected(levels, far)
    is_near = ops.max(near_share) > 0
    box, weight = _taken(ops.where(is_near, near_boxes, far_boxes), ops.where(is_near, near_share, far_share))
    along = _direction(box[3] - box[2])  # from eye to eye
    patch = Patch.square(box[0], ops.maximum(ops.max(box[1]), 1.0) * head.MARGIN, along)
    first, landmarks = _looked(levels, mesh, patch)
    score, landmarks = _looked(levels, mesh, _around(landmarks))
    there = (weight > 0) & (first >= faces.SURE) & (score >= faces.SURE)
    return Head(landmarks, *_pose(landmarks), ops.cast(there, "float32"))


def _detected(levels: Levels, net: Any) -> tuple[Any, Any]:
    """`detector.BlazeFace`: a box `(896, 8, 2)` for each anchor (centre, size, six points) in pixels, and how
    sure it is of a face there, `(896,)`, 0 where it is not."""
    from keras import ops

    size = int(net.input_shape[1])
    small = levels.whole(size) * (1 / 127.5) - 1.0
    said = {int(out.shape[-1]): out for out in net(small)}
    score = ops.sigmoid(ops.reshape(said[1], (-1,)))
    share = ops.where(score > detector.SURE, score, 0.0)
    moved = np.ones((1, 8, 1), np.float32)
    moved[:, 1] = 0  # a size has no place
    places = detector.anchors(size).astype(np.float32)[:, np.newaxis]
    boxes = ops.reshape(said[16], (-1, 8, 2)) * (1 / size) + places * moved
    return boxes * float(levels.side), share


def _taken(boxes: Any, share: Any) -> tuple[Any, Any]:
    """Of boxes `(n, 8, 2)` and how sure they are, `(n,)`, 0 for no face: overlapping ones count as one face,
    their mean (`detector.decode`); then the one that is largest and surest."""
    from keras import ops

    numbers = np.arange(boxes.shape[0])
    best, best_weight = None, None
    for _ in range(FACES):
        score, first = (ops.reshape(top, ()) for top in ops.top_k(share, 1))
        over = _overlap(boxes[:, :2], ops.take(boxes[:, :2], first, axis=0)) > detector.OVERLAP
        same = ops.cast(ops.logical_or(over, ops.equal(first, numbers)), "float32")
        votes = share * same
        total = ops.sum(ops.reshape(votes, (-1, 1, 1)) * boxes, axis=0)
        mean = total / ops.maximum(ops.sum(votes), 1e-12)
        weight = score * ops.max(mean[1])
        if best is None:
            best, best_weight = mean, weight
        else:
            best = ops.where(weight > best_weight, mean, best)
            best_weight = ops.maximum(weight, best_weight)
        share = share * (1.0 - same)
    return best, best_weight


def _overlap(boxes: Any, box: Any) -> Any:
    """Intersection over union of each of the boxes `(n, 2, 2)` (centre and size) with that one; `(n,)`."""
    from keras import ops

    low, high = boxes[:, 0] - boxes[:, 1] * 0.5, boxes[:, 0] + boxes[:, 1] * 0.5
    edge = ops.minimum(high, box[0] + box[1] * 0.5) - ops.maximum(low, box[0] - box[1] * 0.5)
    both = ops.maximum(edge[:, 0], 0.0) * ops.maximum(edge[:, 1], 0.0)
    union = boxes[:, 1, 0] * boxes[:, 1, 1] + box[1, 0] * box[1, 1] - both
    return both / ops.maximum(union, 1e-12)


def _looked(levels: Levels, mesh: Any, where: Patch) -> tuple[Any, Any]:
    """`head.FaceMesh.look`: how sure it is of a face there, and the landmarks `(468, 3)`."""
    from keras import ops

    size = int(mesh.input_shape[1])
    where = where.on_grid()
    x = ops.expand_dims(levels.cut(where, size), 0) * (1 / 255)
    said = {int(out.shape[-1]): out for out in mesh(x)}
    points = ops.reshape(said[3 * head.LANDMARKS], (-1, 3)) * (1 / size)
    side = ops.sqrt(ops.sum(ops.square(where.axes[:, 0])))
    landmarks = ops.concatenate([where.to_frame(points[:, :2]), points[:, 2:] * side], axis=1)
    return ops.reshape(ops.sigmoid(said[1]), ()), landmarks


def _around(landmarks: Any) -> Patch:
    """`head.around`."""
    from keras import ops

    along = _direction(landmarks[head.RIGHT_EYE[0], :2] - landmarks[head.LEFT_EYE[0], :2])
    turn = ops.stack([along, ops.stack([-along[1], along[0]])], axis=1)
    level = ops.matmul(landmarks[:, :2], turn)
    low, high = ops.min(level, axis=0), ops.max(level, axis=0)
    middle = ops.sum(turn * ops.expand_dims((low + high) * 0.5, 0), axis=1)
    return Patch.square(middle, ops.maximum(ops.max(high - low), 1.0) * head.MARGIN, along)


def _direction(line: Any) -> Any:
    """That way at length 1."""
    from keras import ops

    return line / ops.maximum(ops.sqrt(ops.sum(ops.square(line))), 1e-6)


def _pose(landmarks: Any) -> tuple[Any, Any, Any]:
    """`head.pose`: scale, turn and origin."""
    from keras import ops

    seen = ops.take(landmarks, np.array(head.RIGID), axis=0)
    at, head_at = ops.mean(seen, axis=0), head.HEAD.mean(axis=0)
    model = head.HEAD - head_at
    product = ops.matmul(ops.transpose(seen - at), model.astype(np.float32))
    turn = _nearest_rotation(product)
    scale = ops.maximum(ops.sum(turn * product) * float(1 / np.square(model).sum()), 1e-6)
    return scale, turn, at - ops.sum(scale * turn * head_at[np.newaxis].astype(np.float32), axis=1)


def _nearest_rotation(matrix: Any) -> Any:
    """The rotation nearest to a 3x3 matrix, which singular values would give too, if graphs had them: each
    step brings all of them nearer to 1. It is a rotation as long as the matrix mirrors nothing, which the
    landmarks of a head do not.

    A. Bjorck and C. Bowie, "An iterative algorithm for computing the best estimate of an orthogonal matrix",
    SIAM Journal on Numerical Analysis 8(2), 1971.
    """
    from keras import ops

    x = matrix / ops.maximum(ops.sqrt(ops.sum(ops.square(matrix))), 1e-6)
    for _ in range(_STEPS):
        x = x * 1.5 - ops.matmul(x, ops.matmul(ops.transpose(x), x)) * 0.5
    return x
