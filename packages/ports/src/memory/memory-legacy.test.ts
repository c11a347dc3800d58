import { legacyContract } from '../contracts/legacy.ts';
import { makeMemoryLegacyHome } from '../contracts/memory-legacy-home.ts';

legacyContract('MemoryLegacy', makeMemoryLegacyHome);
