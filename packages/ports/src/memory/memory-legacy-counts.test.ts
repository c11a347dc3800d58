import { legacyCountsContract } from '../contracts/legacy-counts.ts';
import { makeMemoryLegacyCountsHome } from '../contracts/memory-legacy-counts-home.ts';

legacyCountsContract('memory', makeMemoryLegacyCountsHome);
