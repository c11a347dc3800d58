import { storeContract } from '@actionbase/ports/contracts/store';
import { makeLmdbStoreHome } from './testing/lmdb-store-home.ts';

storeContract('LMDB', makeLmdbStoreHome);
