"""Writes what PyTorchFileTests reads: a state dictionary with every element type and kind of view, and beside it what each tensor is.

    python3 pytorch.py FOLDER [SEED]    (PyTorch 1.13; state.pt and state.json in this folder are of seed 1)
"""

import collections
import json
import sys

import torch

folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
torch.manual_seed(seed)
wide = torch.randn(6, 5)
tensors = collections.OrderedDict()
for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
    tensors[str(dtype)[6:]] = torch.randn(3, 4).to(dtype)
for dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8):
    tensors[str(dtype)[6:]] = torch.randint(0, 100, (2, 3)).to(dtype)
tensors["bool"] = torch.randint(0, 2, (7,)).bool()
tensors["complex64"] = torch.randn(2, 2, dtype=torch.complex64)
tensors["complex128"] = torch.randn(2, dtype=torch.complex128)
tensors["scalar"] = torch.randn(())
tensors["empty"] = torch.empty(0, 3)
tensors["whole"] = wide
tensors["shared"] = wide[2:4]
tensors["transposed"] = wide.t()
tensors["strided"] = wide[1::2, ::2]
tensors["expanded"] = wide[:, :1].expand(6, 4)
tensors["parameter"] = torch.nn.Parameter(torch.randn(2, 2))
tensors["größe"] = torch.arange(3)
module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
checkpoint = {
    "model": tensors,
    "module": module.state_dict(),
    "optimizer": {"state": {0: {"step": 3, "buffer": torch.randn(2)}}, "groups": [{"lr": 0.1, "ids": [0], "betas": (0.9, 0.999)}]},
    "epoch": 3,
    "big": 1 << 40,
    "negative": -70000,
    "best": None,
    "done": True,
    "size": torch.Size([1, 2]),
}
torch.save(checkpoint, f"{folder}/state.pt")

expected = {}


def collect(name, value):
    if isinstance(value, torch.Tensor):
        flat = value.detach().contiguous()
        raw = bytes(flat.storage().untyped())[flat.storage_offset() * flat.element_size() :][: flat.numel() * flat.element_size()]
        expected[name] = {"type": str(value.dtype)[6:], "shape": list(value.shape), "bytes": raw.hex()}
    elif isinstance(value, dict):
        for key, inner in value.items():
            collect(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, (list, tuple)):
        for key, inner in enumerate(value):
            collect(f"{name}.{key}", inner)


collect("", checkpoint)
with open(f"{folder}/state.json", "w", encoding="utf-8") as file:
    json.dump(expected, file, indent=1)
