"""Configuration: one file, checked as a whole. ``load`` it; ``Settings`` is what comes out."""

from streams.config.errors import ConfigError, Problem
from streams.config.loading import load
from streams.config.policy import Group, PoolSettings, QueueSettings, SlaSettings
from streams.config.settings import KafkaSettings, PipelineSettings, Settings, Tenant, TopicsSettings, WebSettings

__all__ = [
    "ConfigError",
    "Group",
    "KafkaSettings",
    "PipelineSettings",
    "PoolSettings",
    "Problem",
    "QueueSettings",
    "Settings",
    "SlaSettings",
    "Tenant",
    "TopicsSettings",
    "WebSettings",
    "load",
]
