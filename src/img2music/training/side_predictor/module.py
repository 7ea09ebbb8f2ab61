"""Training of the side predictor, by squared error."""

from __future__ import annotations

import torch
from torch import Tensor

from img2music.training.common.averaging import AveragedTrainer
from img2music.training.side_predictor.network import SidePredictor
from img2music.training.stereo.batch import Batch
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.network import SideEncoder


class PredictorTrainer(AveragedTrainer):
    """Loss: mean squared error of the side latents that `encoder` gives, from the others with their noise."""

    def __init__(
        self, predictor: SidePredictor, encoder: SideEncoder, crops: Crops, learning_rate: float, weight_decay: float
    ) -> None:
        super().__init__(predictor, learning_rate, weight_decay)
        self.predictor, self.crops = predictor, crops
        # out of the module's sight: a checkpoint shall not bring back what the encoder was
        self._encoder = (encoder.requires_grad_(False).eval(),)

    def on_fit_start(self) -> None:
        self._encoder[0].to(self.device)

    def on_train_epoch_start(self) -> None:
        self.log("clips", float(self.crops.look()))

    def training_step(self, batch: Batch, _: int) -> Tensor:
        wanted, _log_variance = self._encoder[0](batch.heard)
        noisy = batch.latents + torch.randn_like(batch.latents) * batch.deviation
        error = (self.predictor.mean(noisy) - wanted).square().mean()
        self.log("unexplained", error.detach() / wanted.var(), prog_bar=True)
        return error
