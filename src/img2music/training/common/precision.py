"""Where bfloat16 is worth it: a CPU without it emulates it, and convolutions become many times slower."""

from __future__ import annotations

import torch


def has_bfloat16(device: str | None = None) -> bool:
    """Whether `device` (cuda if there is one, else cpu) computes in bfloat16 itself."""
    if (device or ("cuda" if torch.cuda.is_available() else "cpu")) == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
