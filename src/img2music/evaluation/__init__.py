"""Figures of trained models on covers and recordings that no training saw."""
