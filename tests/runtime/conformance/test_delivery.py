"""Each record's effect once, in order, unchanged."""

import json
from collections import defaultdict

import pytest

from streams.runtime.partitioner import key_hash
from streams.runtime.stage import Record
from tests.runtime.conformance.harness import Harness
