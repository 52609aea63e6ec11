"""Runs a grid of losses and options through PyTorch in float64 and writes values and gradients as JSON:

    python bench/peers/torch_losses.py > packages/xent/test/golden/torch.json

`agreements` are what packages/xent/test/torch.test.ts must reproduce, `differences` what
packages/xent/test/torch-differences.test.ts does otherwise, and why. A run has its `options` by their names in
xent, the `value` and the `gradients` of Σ upstream·value: one `upstream` a row, or 1 where the value is already
reduced. Where PyTorch has no such loss, the run is of the loss' textbook formula, differentiated by autograd.
Numbers that are not finite are strings.
"""

import json
import math
import sys
import warnings

import torch
import torch.nn.functional as F
from torch.nn import LinearCrossEntropyOptions

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(20)
# kl_div says that its "mean" will change: it is among the differences.
warnings.filterwarnings("ignore", message="reduction: 'mean'")
INFINITY = math.inf


def plain(value):
    """JSON of tensors: a matrix is its data with rows and columns; what is None is left out."""
    if isinstance(value, torch.Tensor):
        if value.dim() == 2:
            rows, columns = value.shape
            return {"rows": rows, "columns": columns, "data": plain(value.flatten().tolist())}
        return plain(value.tolist())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def numbers(*shape, scale=1.0):
    """Normal numbers to two decimals: exact in print, and short."""
    return (torch.randn(*shape) * scale * 100).round() / 100


def run(f, leaves, options=None, upstream=None, reduction="none"):
    """A run of f, which takes the leaves and the options by name, and its gradients by the leaves."""
    options = options or {}
    leaves = {name: leaf.clone().requires_grad_() for name, leaf in leaves.items()}
    value = f(**leaves, **options)
    value.backward(torch.ones_like(value) if upstream is None or value.dim() == 0 else upstream)
    return {
        "options": options,
        "reduction": reduction,
        "value": value.detach(),
        "gradients": {name: leaf.grad for name, leaf in leaves.items()},
    }


def runs(f, leaves, grid, inputs=None, reductions=("none",)):
    """Runs of f over a grid of options. `inputs` are given with the leaves, but not differentiated."""
    upstream = UPSTREAM[: len(next(iter(leaves.values())))]
    return {
        "inputs": {**leaves, **(inputs or {})},
        "upstream": upstream,
        "cases": [
            run(lambda **all: f(**all, reduction=reduction), leaves, options, upstream, reduction)
            for options in grid
            for reduction in reductions
        ],
    }


def by_row(loss, reduction):
    """PyTorch's elementwise losses have "none" an element; ours have one number a row."""
    return loss.sum(1) if reduction == "none" else loss


def difference(f, leaves, options=None, inputs=None):
    return {"inputs": {**leaves, **(inputs or {})}, **run(f, leaves, options)}


ROWS, CLASSES = 5, 4
REDUCTIONS = ("none", "mean", "sum")
UPSTREAM = torch.tensor([1.0, -0.5, 2.0, 0.25, 3.0])
CLASS_WEIGHTS = torch.tensor([0.5, 2.0, 0.0, 1.25])
LABELS = torch.tensor([2, 0, 3, 0, 1])
logits = numbers(ROWS, CLASSES, scale=2)
targets = torch.rand(ROWS, CLASSES)
targets[0, 3] = 0
targets /= targets.sum(1, keepdim=True)

agreements = {}
differences = {}


# --- cross_entropy -----------------------------------------------------------------------------------------
def of_labels(labels):
    """PyTorch always ignores some label, −100 unless told another: no label here is that one."""

    def cross_entropy(
        logits, reduction="none", classWeights=None, labelSmoothing=0.0, ignoreLabel=None
    ):
        return F.cross_entropy(
            logits,
            labels,
            weight=classWeights,
            ignore_index=-100 if ignoreLabel is None else ignoreLabel,
            label_smoothing=labelSmoothing,
            reduction=reduction,
        )

    return cross_entropy


def of_targets(logits, targets, reduction="none", classWeights=None, labelSmoothing=0.0):
    return F.cross_entropy(
        logits, targets, weight=classWeights, label_smoothing=labelSmoothing, reduction=reduction
    )


def class_grid(smoothings=(0.0, 0.1, 1.0), **more):
    """Every combination of class weights and smoothing, and of what else is named."""
    grid = [
        {"classWeights": weights, "labelSmoothing": smoothing}
        for weights in (None, CLASS_WEIGHTS)
        for smoothing in smoothings
    ]
    for name, values in more.items():
        grid = [{**options, name: value} for options in grid for value in values]
    return grid


agreements["crossEntropy"] = runs(
    of_labels(LABELS),
    {"logits": logits},
    class_grid(ignoreLabel=(None, 0, 2)),
    {"labels": LABELS},
    REDUCTIONS,
)
agreements["targetCrossEntropy"] = runs(
    of_targets, {"logits": logits, "targets": targets}, class_grid((0.0,)), reductions=REDUCTIONS
)
agreements["smoothedTargetCrossEntropy"] = runs(
    lambda logits, **options: of_targets(logits, targets, **options),
    {"logits": logits},
    class_grid((0.1, 1.0)),
    {"targets": targets},
    REDUCTIONS,
)

# Classes that the model excludes: other than the label, and in row 3 the label's.
excluded = logits.clone()
excluded[0, 1] = excluded[1, 2] = excluded[1, 3] = excluded[3, 0] = -INFINITY
agreements["excludedClasses"] = runs(
    of_labels(LABELS), {"logits": excluded}, [{}], {"labels": LABELS}, ("none", "sum")
)

three = torch.tensor([[1.0, 2.0, 0.5]])
excluded_last = torch.tensor([[1.0, 2.0, -INFINITY]])
certain = torch.tensor([[0.25, 0.75, 0.0]])
ignored = torch.full((ROWS,), -100)
for reduction in ("sum", "mean"):
    differences[f"allIgnored {reduction}"] = difference(
        lambda logits, **options: of_labels(ignored)(logits, reduction),
        {"logits": logits},
        {"ignoreLabel": -100},
        {"labels": ignored},
    )
    weightless = torch.full((ROWS,), 2)
    differences[f"allWeightsZero {reduction}"] = difference(
        lambda logits, **options: of_labels(weightless)(logits, reduction, **options),
        {"logits": logits},
        {"classWeights": CLASS_WEIGHTS},
        {"labels": weightless},
    )
for kind, truth in (("labels", LABELS), ("targets", F.one_hot(LABELS, CLASSES).double())):
    differences[f"weightedOneHot {kind}"] = difference(
        lambda logits, classWeights: F.cross_entropy(logits, truth, weight=classWeights),
        {"logits": logits},
        {"classWeights": CLASS_WEIGHTS},
        {"labels": LABELS},
    )
differences["zeroTargetAtMinusInfinity"] = difference(
    of_targets, {"logits": excluded_last, "targets": certain}
)
differences["zeroWeightAtMinusInfinity"] = difference(
    of_labels(torch.tensor([2])),
    {"logits": excluded_last},
    {"classWeights": torch.tensor([1.0, 1.0, 0.0])},
    {"labels": [2]},
)
differences["smoothingAtMinusInfinity"] = difference(
    of_labels(torch.tensor([1])), {"logits": excluded_last}, {"labelSmoothing": 0.1}, {"labels": [1]}
)
differences["smoothedUnnormalisedTargets"] = difference(
    of_targets,
    {"logits": logits, "targets": targets * torch.tensor([[0.5], [2.0], [1.0], [0.0], [3.0]])},
    {"labelSmoothing": 0.1},
)
differences["sureOfTheLabel"] = difference(
    of_labels(torch.tensor([1])), {"logits": torch.tensor([[0.0, 60.0]])}, inputs={"labels": [1]}
)
for name, row in (
    ("logitNaN", [1.0, math.nan]),
    ("logitInfinite", [1.0, INFINITY]),
    ("noClass", [-INFINITY, -INFINITY]),
):
    differences[name] = difference(
        of_labels(torch.tensor([0])), {"logits": torch.tensor([row])}, inputs={"labels": [0]}
    )
differences["negativeClassWeight"] = difference(
    of_labels(torch.tensor([0])),
    {"logits": three},
    {"classWeights": torch.tensor([-1.0, 1.0, 1.0])},
    {"labels": [0]},
)
differences["negativeTarget"] = difference(
    of_targets, {"logits": three, "targets": torch.tensor([[1.5, -0.5, 0.0]])}
)
differences["ignoredByDefault"] = difference(
    of_labels(torch.tensor([-100, 1])), {"logits": logits[:2]}, inputs={"labels": [-100, 1]}
)

# --- binary_cross_entropy_with_logits ----------------------------------------------------------------------
binary_logits = numbers(4, 3, scale=3)
binary_targets = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.25, 1.0], [0.5, 1.0, 0.0], [0.9, 0.0, 0.0]])


def binary(logits, targets, reduction="none", weights=None, positiveWeight=None):
    loss = F.binary_cross_entropy_with_logits(
        logits,
        targets,
        weight=None if weights is None else weights[:, None],
        pos_weight=positiveWeight,
        reduction=reduction,
    )
    return by_row(loss, reduction)


agreements["binaryCrossEntropy"] = runs(
    binary,
    {"logits": binary_logits, "targets": binary_targets},
    [
        {"positiveWeight": positive, "weights": weights}
        for positive in (None, torch.tensor([3.0, 0.5, 1.0]))
        for weights in (None, torch.tensor([1.0, 0.0, 2.5, 0.5]))
    ],
    reductions=REDUCTIONS,
)


differences["binaryMean"] = difference(
    lambda logits: F.binary_cross_entropy_with_logits(logits, binary_targets),
    {"logits": binary_logits},
    inputs={"targets": binary_targets},
)


def column(*values):
    return torch.tensor(values)[:, None]


differences["farBinaryLogits"] = difference(
    binary, {"logits": column(40.0, -40.0), "targets": column(1.0, 0.0)}
)
differences["infiniteBinaryLogits"] = difference(
    binary, {"logits": column(INFINITY, -INFINITY), "targets": column(1.0, 0.0)}
)
# The loss of probabilities, which a logit reaches through the sigmoid.
clamped_targets = column(1.0, 1.0, 1.0, 0.0)
differences["clampedBinary"] = difference(
    lambda logits: F.binary_cross_entropy(
        torch.sigmoid(logits), clamped_targets, reduction="none"
    ).sum(1),
    {"logits": column(-800.0, -120.0, -30.0, 45.0)},
    inputs={"targets": clamped_targets},
)


# --- focal, polynomial and z losses ------------------------------------------------------------------------
def sigmoid_focal_loss(inputs, targets, alpha, gamma):
    """torchvision/ops/focal_loss.py, with reduction "none"."""
    p = torch.sigmoid(inputs)
    ce_loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce_loss * ((1 - p_t) ** gamma)
    if alpha >= 0:
        alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
        loss = alpha_t * loss
    return loss


def sigmoid_focal_of(targets):
    def sigmoid_focal(logits, gamma, alpha=None, reduction="none"):
        return sigmoid_focal_loss(logits, targets, -1 if alpha is None else alpha, gamma).sum(1)

    return sigmoid_focal


hard_targets = (binary_targets >= 0.5).double()
agreements["sigmoidFocal"] = runs(
    sigmoid_focal_of(hard_targets),
    {"logits": binary_logits},
    [{"gamma": gamma, "alpha": alpha} for gamma in (0.0, 0.5, 1.0, 2.0, 3.7) for alpha in (None, 0.25)],
    {"targets": hard_targets},
)
differences["softSigmoidFocal"] = difference(
    sigmoid_focal_of(binary_targets),
    {"logits": binary_logits},
    {"gamma": 2.0},
    {"targets": binary_targets},
)
differences["saturatedSigmoidFocal"] = difference(
    sigmoid_focal_of(torch.ones(4, 1)),
    {"logits": column(100.0, 40.0, -40.0, -100.0)},
    {"gamma": 0.5},
    {"targets": torch.ones(4, 1)},
)


def effective(classWeights=None, labelSmoothing=0.0):
    """The smoothed, weighted targets of LABELS."""
    t = (1 - labelSmoothing) * F.one_hot(LABELS, CLASSES) + labelSmoothing / CLASSES
    return t if classWeights is None else t * classWeights


def focal(logits, gamma, reduction="none", **options):
    """Lin et al. (2017), eq. 4, of a softmax."""
    log_p = F.log_softmax(logits, 1)
    return -(effective(**options) * (1 - log_p.exp()) ** gamma * log_p).sum(1)


def poly(logits, epsilon, reduction="none", **options):
    """Leng et al. (2022), eq. 6: cross-entropy and ε·(1 − p), both against the same target."""
    log_p = F.log_softmax(logits, 1)
    return (effective(**options) * (epsilon * (1 - log_p.exp()) - log_p)).sum(1)


def z_loss(logits, weights=1, reduction="none"):
    """Chowdhery et al. (2022), section 5: (ln Z)²."""
    return weights * torch.logsumexp(logits, 1) ** 2


agreements["focal"] = runs(
    focal, {"logits": logits}, class_grid(gamma=(0.0, 0.5, 2.0, 3.7)), {"labels": LABELS}
)
agreements["poly"] = runs(
    poly, {"logits": logits}, class_grid(epsilon=(-1.0, 0.0, 2.0)), {"labels": LABELS}
)
agreements["zLoss"] = runs(
    z_loss, {"logits": logits}, [{}, {"weights": torch.tensor([1.0, 0.5, 0.0, 2.0, 1e-4])}]
)


def adjusted(logits, prior, tau, reduction="none"):
    """Menon et al. (2021), eq. 10: cross-entropy of logits + τ·ln π."""
    return F.cross_entropy(logits + tau * prior.log(), LABELS, reduction="none")


agreements["logitAdjustment"] = runs(
    adjusted,
    {"logits": logits},
    [{"tau": tau, "prior": torch.tensor([0.5, 0.05, 0.2, 0.25])} for tau in (1.0, -1.0, 1.5)],
    {"labels": LABELS},
)


# --- Kullback–Leibler divergence, distillation -------------------------------------------------------------
def divergence(logits, targets, logTargets=False, reduction="none"):
    """A mean of rows is what kl_div calls "batchmean"."""
    loss = F.kl_div(
        F.log_softmax(logits, 1),
        targets.log() if logTargets else targets,
        log_target=logTargets,
        reduction="batchmean" if reduction == "mean" else reduction,
    )
    return by_row(loss, reduction)


positive_targets = torch.rand(ROWS, CLASSES) + 0.05
positive_targets /= positive_targets.sum(1, keepdim=True)
agreements["klDivergence"] = runs(
    divergence,
    {"logits": logits, "targets": positive_targets},
    [{"logTargets": False}, {"logTargets": True}],
    reductions=REDUCTIONS,
)
differences["klMean"] = difference(
    lambda logits: F.kl_div(F.log_softmax(logits, 1), positive_targets),
    {"logits": logits},
    inputs={"targets": positive_targets},
)
for name, row in (("klZeroTarget", three), ("klZeroTargetAtMinusInfinity", excluded_last)):
    differences[name] = difference(divergence, {"logits": row, "targets": certain})


def distillation(logits, teacherLogits, temperature, reduction="none"):
    """Hinton et al. (2015), section 2: T²·D(teacher ‖ student), both at temperature T."""
    loss = F.kl_div(
        F.log_softmax(logits / temperature, 1),
        F.log_softmax(teacherLogits / temperature, 1),
        log_target=True,
        reduction="none",
    )
    return temperature**2 * loss.sum(1)


TEACHER = numbers(ROWS, CLASSES, scale=2)
agreements["distillation"] = runs(
    lambda logits, **options: distillation(logits, TEACHER, **options),
    {"logits": logits},
    [{"temperature": temperature} for temperature in (0.5, 1.0, 2.0, 4.0)],
    {"teacherLogits": TEACHER},
)
differences["neighbours"] = difference(
    lambda logits: distillation(logits, three, 1.0),
    {"logits": torch.tensor([[1.0, 2.0 + 2.0**-30, 0.5]])},
    inputs={"teacherLogits": three},
)

# --- ordinal, pairwise, contrastive ------------------------------------------------------------------------
ORDINAL_LABELS = torch.tensor([2, 0, 4, 0, 1])


def ordinal(cumulativeLogits, reduction="none", classWeights=None):
    """McCullagh (1980), section 2: p(label ≤ k) = σ(c[k]), as the naive difference of two sigmoids."""
    below = torch.sigmoid(cumulativeLogits)
    bounds = torch.cat([torch.zeros(ROWS, 1), below, torch.ones(ROWS, 1)], 1)
    at = ORDINAL_LABELS[:, None]
    loss = -(bounds.gather(1, at + 1) - bounds.gather(1, at)).log().squeeze(1)
    return loss if classWeights is None else loss * classWeights[ORDINAL_LABELS]


agreements["ordinal"] = runs(
    ordinal,
    {"cumulativeLogits": numbers(ROWS, 4, scale=2).sort(1).values},
    [{}, {"classWeights": torch.tensor([0.5, 2.0, 0.0, 1.25, 3.0])}],
    {"labels": ORDINAL_LABELS},
)


def pairwise(preferred, rejected, scale=1.0, margin=0.0, targets=1.0, reduction="none"):
    """Bradley and Terry (1952), with the scale and the label noise of preference optimisation."""
    z = scale * (preferred - rejected)
    return -targets * F.logsigmoid(z - margin) - (1 - targets) * F.logsigmoid(-z - margin)


agreements["pairwiseLogistic"] = runs(
    pairwise,
    {"preferred": numbers(ROWS, scale=2), "rejected": numbers(ROWS, scale=2)},
    [{}, {"scale": 0.1}, {"margin": 0.5}, {"targets": torch.tensor([1.0, 0.9, 0.5, 0.0, 0.25])}],
)
TAU = torch.tensor(0.5)


def info_nce(
    queries, keys, temperature, normalize=False, symmetric=False, labelSmoothing=0.0, reduction="none"
):
    """van den Oord et al. (2018), eq. 4; symmetric: Radford et al. (2021), figure 3. Pairs are on the diagonal."""
    if normalize:
        queries, keys = F.normalize(queries, dim=1), F.normalize(keys, dim=1)
    similarities = queries @ keys.t() / temperature
    pairs = torch.arange(len(queries))
    ways = [similarities, similarities.t()] if symmetric else [similarities]
    found = [F.cross_entropy(way, pairs, label_smoothing=labelSmoothing, reduction="none") for way in ways]
    return sum(found) / len(ways)


CONTRASTS = [{}, {"normalize": True}, {"labelSmoothing": 0.1}]
queries = numbers(ROWS, 3)
agreements["infoNce"] = runs(
    info_nce, {"queries": queries, "keys": numbers(ROWS + 2, 3), "temperature": TAU}, CONTRASTS
)
agreements["infoNceSymmetric"] = runs(
    info_nce,
    {"queries": queries, "keys": numbers(ROWS, 3), "temperature": TAU},
    [{**options, "symmetric": True} for options in CONTRASTS],
)

# --- ctc_loss ----------------------------------------------------------------------------------------------
STEPS, SYMBOLS = 6, 4
ctc_logits = numbers(5 * STEPS, SYMBOLS, scale=1.5)


def ctc_of(sequences):
    """Takes logits as ours does, a sequence after another."""

    def ctc(logits, inputLengths, blank=0, onInfeasible="infinity", reduction="none"):
        batch = F.log_softmax(logits, 1).reshape(len(sequences), STEPS, SYMBOLS)
        return F.ctc_loss(
            batch.transpose(0, 1),
            torch.tensor([label for labels in sequences for label in labels]),
            torch.tensor(inputLengths),
            torch.tensor([len(labels) for labels in sequences]),
            blank=blank,
            reduction=reduction,
            zero_infinity=onInfeasible == "zero",
        )

    return ctc


# Repeated labels, which need a blank between; as many frames as are needed; one frame; no labels.
sequences = [[1, 2, 3], [1, 1], [2, 2, 1], [3], []]
lengths = [6, 4, 4, 1, 5]
for name, labels, options in (
    ("ctc", sequences, {}),
    ("ctcOtherBlank", [[0, 1, 2], [1, 1], [2, 2, 0], [0], []], {"blank": 3}),
    ("ctcInfeasibleZero", [[1, 2, 3], [2, 2, 2], [1], [1, 3], []], {"onInfeasible": "zero"}),
):
    agreements[name] = runs(
        ctc_of(labels),
        {"logits": ctc_logits},
        [{"inputLengths": lengths, **options}],
        {"labels": labels},
        ("none", "sum"),
    )
one_sequence = {"logits": ctc_logits[:STEPS]}
one_length = {"inputLengths": [STEPS]}
differences["ctcInfeasible"] = difference(
    ctc_of([[2, 2, 2]]), one_sequence, {"inputLengths": [4]}, {"labels": [[2, 2, 2]]}
)
differences["ctcOfLogProbabilities"] = difference(
    lambda logProbabilities: F.ctc_loss(
        logProbabilities[:, None, :],
        torch.tensor([[1, 2, 3]]),
        torch.tensor([STEPS]),
        torch.tensor([3]),
        reduction="none",
    ),
    {"logProbabilities": F.log_softmax(ctc_logits[:STEPS], 1)},
    inputs={"labels": [[1, 2, 3]]},
)
differences["ctcBlankAsLabel"] = difference(
    ctc_of([[1, 0, 2]]), one_sequence, one_length, {"labels": [[1, 0, 2]]}
)
differences["ctcMean"] = difference(
    lambda logits, **options: ctc_of(sequences)(logits, reduction="mean", **options),
    {"logits": ctc_logits},
    {"inputLengths": lengths},
    {"labels": sequences},
)

# --- linear_cross_entropy ----------------------------------------------------------------------------------
FEATURES = 3
inputs, weight, bias = numbers(ROWS, FEATURES), numbers(CLASSES, FEATURES), numbers(CLASSES)


def linear(
    inputs,
    weight,
    bias=None,
    reduction="none",
    classWeights=None,
    labelSmoothing=0.0,
    ignoreLabel=None,
    chunking=None,
):
    return F.linear_cross_entropy(
        inputs,
        weight,
        LABELS,
        linear_bias=bias,
        weight=classWeights,
        reduction=reduction,
        ignore_index=ignoreLabel,
        label_smoothing=labelSmoothing,
        options=chunking,
    )


def capped(inputs, weight, bias, softcap, zLoss, reduction="none"):
    """Gemma 2's softcap (2024), section 2, and PaLM's z-loss (2022), section 5, of logits that are there."""
    logits = softcap * torch.tanh((inputs @ weight.t() + bias) / softcap)
    return F.cross_entropy(logits, LABELS, reduction="none") + zLoss * z_loss(logits)


linear_grid = [
    {},
    {"classWeights": CLASS_WEIGHTS},
    {"ignoreLabel": 0},
    {"labelSmoothing": 0.1},
    {"classWeights": CLASS_WEIGHTS, "ignoreLabel": 0, "labelSmoothing": 0.1},
]
of_linear = {"inputs": inputs, "weight": weight, "bias": bias}
agreements["linear"] = runs(
    linear, {"inputs": inputs, "weight": weight}, linear_grid, {"labels": LABELS}, REDUCTIONS
)
agreements["linearWithBias"] = runs(
    linear, of_linear, linear_grid, {"labels": LABELS}, REDUCTIONS
)
agreements["linearCapped"] = runs(
    capped, of_linear, [{"softcap": 2.0, "zLoss": 0.01}], {"labels": LABELS}
)
# PyTorch's own chunks, here of two rows.
agreements["linearChunked"] = runs(
    lambda **all: linear(**all, chunking=LinearCrossEntropyOptions(batch_chunk_size=2)),
    of_linear,
    [{}, {"classWeights": CLASS_WEIGHTS, "ignoreLabel": 0}],
    {"labels": LABELS},
    ("mean", "sum"),
)
differences["linearAllIgnored"] = difference(
    lambda inputs, weight, **options: F.linear_cross_entropy(inputs, weight, ignored),
    {"inputs": inputs, "weight": weight},
    {"ignoreLabel": -100},
    {"labels": ignored},
)

result = {
    "torch": torch.__version__.split("+")[0],
    "agreements": agreements,
    "differences": differences,
}
json.dump(plain(result), sys.stdout, allow_nan=False, separators=(",", ":"))
print()
