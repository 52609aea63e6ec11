"""Steps of PyTorch's optimisers on a quadratic, for the tests of xent/fit: float64, exact to rounding.

    python torch_optimisers.py > packages/xent/test/golden/optimisers.json

f(x) = sum(c * (x - a)^2) / 2 with c = (1, 10, 0.1) and a = (1, -2, 3), from x = (0.5, 0.25, -1).
Each case: the options by xent's names, and the parameters after steps 1, 2, 3, 10 and 50.
"""

import json
import sys

import torch

curvature = torch.tensor([1.0, 10.0, 0.1], dtype=torch.float64)
centre = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)
start = torch.tensor([0.5, 0.25, -1.0], dtype=torch.float64)
shown = (1, 2, 3, 10, 50)


def run(make, clip=None, schedule=None):
    x = start.clone().requires_grad_()
    optimiser = make([x])
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, schedule) if schedule else None
    steps = []
    for step in range(1, max(shown) + 1):
        optimiser.zero_grad()
        (curvature * (x - centre) ** 2 / 2).sum().backward()
        if clip and "norm" in clip:
            # clip_grad_norm_ divides by the norm + 1e-6, and so clips by a little more than it says.
            x.grad *= min(1.0, clip["norm"] / x.grad.norm().item())
        if clip and "value" in clip:
            torch.nn.utils.clip_grad_value_([x], clip["value"])
        optimiser.step()
        if scheduler:
            scheduler.step()
        if step in shown:
            steps.append(x.detach().tolist())
    return steps


sgd, adam, adam_w = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
cases = [
    ("sgd", {"learningRate": 0.05}, run(lambda p: sgd(p, lr=0.05))),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9}, run(lambda p: sgd(p, lr=0.05, momentum=0.9))),
    (
        "sgd",
        {"learningRate": 0.05, "momentum": 0.9, "nesterov": True},
        run(lambda p: sgd(p, lr=0.05, momentum=0.9, nesterov=True)),
    ),
    ("sgd", {"learningRate": 0.05, "clip": {"norm": 1}}, run(lambda p: sgd(p, lr=0.05), {"norm": 1})),
    ("sgd", {"learningRate": 0.05, "clip": {"value": 0.3}}, run(lambda p: sgd(p, lr=0.05), {"value": 0.3})),
    ("adam", {"learningRate": 0.1}, run(lambda p: adam(p, lr=0.1))),
    (
        "adam",
        {"learningRate": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
        run(lambda p: adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3)),
    ),
    ("adamW", {"learningRate": 0.1, "weightDecay": 0.2}, run(lambda p: adam_w(p, lr=0.1, weight_decay=0.2))),
]
json.dump(
    {
        "library": f"torch {torch.__version__}",
        "curvature": curvature.tolist(),
        "centre": centre.tolist(),
        "start": start.tolist(),
        "steps": shown,
        "cases": [{"rule": rule, "options": options, "parameters": rows} for rule, options, rows in cases],
    },
    sys.stdout,
    indent=1,
)
print()
