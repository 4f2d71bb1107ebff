// Credentials among the evidence: why each counts, and dismissing one, all of a kind, or a folder with one click.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, find, go, start, state } from './lib.mjs';
