"""Times PyTorch's loss and gradient of softmax cross-entropy on the CPU, float32, integer labels.

    python torch_speed.py '{"shapes": [[4096, 1024]], "threads": 1, "repeats": 5}'

Prints one line of JSON a shape: the best milliseconds of forward and backward together, as a training
step runs them (eager mode, the gradient freed before each step), over `repeats` steps and at least a second.
Two options: "compile": true sends the loss through torch.compile, which needs a C++ compiler;
"instructions": "avx2" or "default" holds PyTorch back from the widest vectors that the processor has.
Prints {"skipped": reason} where PyTorch is absent.
"""

import json
import os
import sys
from time import perf_counter

request = json.loads(sys.argv[1])
if "instructions" in request:
    os.environ["ATEN_CPU_CAPABILITY"] = request["instructions"]  # read once, when PyTorch is loaded

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(json.dumps({"skipped": f"PyTorch is not installed ({error})"}))
    sys.exit(0)

threads = request.get("threads", 1)
repeats = request.get("repeats", 5)
torch.set_num_threads(threads)
cross_entropy = torch.compile(F.cross_entropy) if request.get("compile") else F.cross_entropy


def step(logits, labels):
    """One loss and its gradient; returns the milliseconds."""
    logits.grad = None
    start = perf_counter()
    cross_entropy(logits, labels).backward()
    return (perf_counter() - start) * 1000


for rows, classes in request["shapes"]:
    torch.manual_seed(0)
    logits = (torch.randn(rows, classes) * 3).requires_grad_()
    labels = torch.randint(classes, (rows,))
    step(logits, labels)  # warm-up: threads, pages, and what is chosen or compiled at the first call
    until = perf_counter() + 1
    best = float("inf")
    done = 0
    while done < repeats or perf_counter() < until:
        best = min(best, step(logits, labels))
        done += 1
    print(
        json.dumps(
            {
                "library": f"torch {torch.__version__}",
                "instructions": torch.backends.cpu.get_cpu_capability(),
                "rows": rows,
                "classes": classes,
                "threads": torch.get_num_threads(),
                "milliseconds": round(best, 4),
            }
        ),
        flush=True,
    )
