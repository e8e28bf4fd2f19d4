"""What speaks for object and background at every pixel, and the cut that weighs it.

The method is GrabCut's (Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004): colour models
of object and background and the image's edges, weighed by a minimum cut, and the models learnt
again from the result.  Added to the colours' log odds is a prior in space, which GrabCut itself
has not and which makes one click enough to start from.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import FloatArray, RGBArray

SEED = 1
"""OpenCV's random numbers start here for every request, so equal requests get equal masks."""

CLUSTERS = 48
SAMPLES = 3000
KERNEL_WIDTH = 5.0
"""Weighted Lab units within which two colours count as alike."""
LIGHTNESS = 0.5
"""Weight of the lightness against the hues: shading changes it within one object."""
ROUGHNESS = 0.35
"""Weight of the lightness's spread around a pixel: fur and grass are alike in colour alone."""
AROUND = 3.0
"""Width in working pixels of the Gaussian within which that spread is taken."""
COLOUR_LIMIT = 4.0
"""Most log odds that a colour alone can give."""
STEP_COST = 0.1
"""Geodesic cost of one Lab unit of contrast, relative to the cost of one pixel of way."""
SWEEPS = 2

LIMIT = 8.0
"""Log odds are clipped to ±LIMIT before the cut."""
WEIGHT = 5.0
"""Weight of the log odds against the edges' (GrabCut's gamma is 50 in OpenCV)."""
LEVELS = 48
FLAT = 1e6


@dataclass(frozen=True, eq=False)
class Colours:
    """A picture's colours and textures in clusters.  Holds arrays: compared by identity.

    Attributes:
        ids: (h, w) index of every pixel's cluster.
        kernel: (k, k) likeness of the clusters, 0…1.
    """

    ids: npt.NDArray[np.int64]
    kernel: FloatArray

    @classmethod
    def of(cls, lab: RGBArray) -> "Colours":
        """Cluster an (h, w, 3) uint8 Lab image's colours and roughness with k-means."""
        pixels = _looks(lab).reshape(-1, 4)
        sample = pixels[:: max(1, len(pixels) // SAMPLES)]
        if len(sample) == 1:  # OpenCV would take the one row for three samples of one channel
            sample = np.repeat(sample, 2, axis=0)
        stop = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 12, 0.5)
        cv2.setRNGSeed(SEED)
        count = min(CLUSTERS, len(sample))
        labels = np.zeros((len(sample), 1), dtype=np.int32)
        found = cv2.kmeans(sample, count, labels, stop, 1, cv2.KMEANS_PP_CENTERS)
        centres = np.asarray(found[2], dtype=np.float32)
        squares = (centres**2).sum(axis=1)
        ids = (squares - 2 * pixels @ centres.T).argmin(axis=1).reshape(lab.shape[:2])
        apart = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
        return cls(ids=ids, kernel=np.exp(-apart / (2 * KERNEL_WIDTH**2)).astype(np.float32))

    def log_odds(self, *, inside: FloatArray, outside: FloatArray) -> FloatArray:
        """Return (h, w) log odds of the object by colour alone, from (h, w) weights of both."""
        size = len(self.kernel)
        flat = self.ids.ravel()
        seen = self.kernel @ np.bincount(flat, minlength=size) / flat.size
        shares = [
            (self.kernel @ np.bincount(flat, part.ravel(), size)) / max(float(part.sum()), 1e-6)
            for part in (inside, outside)
        ]
        # A share of the whole picture's histogram keeps rare colours from deciding alone.
        odds = np.log((shares[0] + 0.02 * seen + 1e-6) / (shares[1] + 0.02 * seen + 1e-6))
        clipped: FloatArray = np.clip(odds, -COLOUR_LIMIT, COLOUR_LIMIT).astype(np.float32)
        return clipped[self.ids]


def _looks(lab: RGBArray) -> FloatArray:
    """Return (h, w, 4) float32: lightness, both hues and the lightness's spread, weighted."""
    looks = np.empty((*lab.shape[:2], 4), dtype=np.float32)
    lightness = lab[..., 0].astype(np.float32)
    mean = cv2.GaussianBlur(lightness, (0, 0), AROUND)
    variance = cv2.GaussianBlur(lightness**2, (0, 0), AROUND) - mean**2
    looks[..., 0] = LIGHTNESS * lightness
    looks[..., 1:3] = lab[..., 1:]
    looks[..., 3] = ROUGHNESS * np.sqrt(np.maximum(variance, 0))
    return looks


def geodesic(lab: RGBArray, seeds: BoolArray) -> FloatArray:
    """Return the (h, w) length in pixels of the cheapest way from any seed to every pixel.

    A step costs one pixel and the contrast that it crosses, so that edges lengthen the way.
    Computed by sweeps in four directions; infinite nowhere if there is a seed.
    """
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.float32)
    down = 1 + STEP_COST * np.sqrt(((smooth[1:] - smooth[:-1]) ** 2).sum(axis=2))
    across = 1 + STEP_COST * np.sqrt(((smooth[:, 1:] - smooth[:, :-1]) ** 2).sum(axis=2))
    far = np.where(seeds, 0, 1e6).astype(np.float32)
    turned = np.ascontiguousarray(across.T)
    for _ in range(SWEEPS):
        _sweep(far, down)
        sideways = np.ascontiguousarray(far.T)
        _sweep(sideways, turned)
        far = np.ascontiguousarray(sideways.T)
    return far


def _sweep(far: FloatArray, cost: FloatArray) -> None:
    for row in range(1, len(far)):
        np.minimum(far[row], far[row - 1] + cost[row - 1], out=far[row])
    for row in range(len(far) - 2, -1, -1):
        np.minimum(far[row], far[row + 1] + cost[row], out=far[row])


def edges(lab: RGBArray) -> npt.NDArray[np.uint8]:
    """Return an (h, w, 2) uint8 image with most of the contrast of an (h, w, 3) Lab image.

    Its channels are the two principal components of the colours, centred on 128.
    """
    pixels = lab.reshape(-1, 3).astype(np.float64)
    centred = pixels - pixels.mean(axis=0)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, :0:-1]
    # The sign of an eigenvector is arbitrary and does not matter: only differences are used.
    parts = np.clip(centred @ axes + 128, 0, 255).reshape((*lab.shape[:2], 2))
    return np.asarray(parts, dtype=np.uint8)


def minimum_cut(
    edge_image: npt.NDArray[np.uint8], log_odds: FloatArray, fixed: npt.NDArray[np.int8]
) -> BoolArray:
    """Return the (h, w) object of least energy.

    `cv2.grabCut` is OpenCV's only minimum cut.  With its models frozen it cuts for any log odds:
    they are written into the third channel, and the two models are single Gaussians of equal
    width that differ in that channel alone, so that their log ratio is linear in it.

    Args:
        edge_image: (h, w, 2) uint8; a cut along its contrasts is cheap.
        log_odds: (h, w) of the object, positive for it.
        fixed: (h, w), 1 for object, 0 for background, -1 where the cut is free.
    """
    if log_odds.size == 1:  # OpenCV cuts no picture without neighbours
        return np.asarray((fixed == 1) | ((fixed != 0) & (log_odds > 0)), dtype=np.bool_)
    level = np.clip((log_odds / LIMIT + 1) / 2, 0, 1) * LEVELS
    image = np.dstack((edge_image, np.rint(level).astype(np.uint8)))
    labels = np.where(log_odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[fixed == 1] = cv2.GC_FGD
    labels[fixed == 0] = cv2.GC_BGD
    background, foreground = _frozen_model(0.0), _frozen_model(float(LEVELS))
    nowhere = (0, 0, 1, 1)
    cv2.grabCut(image, labels, nowhere, background, foreground, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), dtype=np.bool_)


def _frozen_model(mean: float) -> npt.NDArray[np.float64]:
    """Return a mixture of OpenCV's layout: five weights, five means, five covariances."""
    weights = np.array([1.0, 0, 0, 0, 0])
    means = np.tile([128.0, 128.0, mean], 5)
    variance = LEVELS**2 / (2 * WEIGHT * LIMIT)
    covariances = np.tile(np.diag([FLAT, FLAT, variance]).ravel(), 5)
    return np.concatenate((weights, means, covariances))[None]
