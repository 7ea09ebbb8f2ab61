"""Data that gives whole batches, which saves putting them together item by item."""

from __future__ import annotations

from typing import Any

from torch.utils.data import DataLoader, Dataset


class Batches(Dataset[Any]):
    """A dataset whose `__getitems__` gives a batch, not a list of items."""

    def loader(self, batch: int) -> DataLoader[Any]:
        """Batches of so many items."""
        return DataLoader(self, batch, collate_fn=_as_it_is)


def _as_it_is(batch: Any) -> Any:
    return batch
