// IAB Transparency and Consent Framework 2.2 and 2.3.
import type { ConsentControls } from '../types.js';
import { connect, type AdapterOptions } from './connection.js';
import { findIab, listen, TCF_PURPOSES, type Iab } from './iab.js';

export interface TcfOptions extends AdapterOptions<number> {
  /** Your number in the Global Vendor List, if you have one: it must be granted, disclosed, and not restricted besides. */
  vendorId?: number;
  /** What holds when the platform says that the GDPR does not apply. `unknown` when left out: nothing is granted. */
  outsideGdpr?: 'unknown' | 'granted';
}

type Flags = Record<number, boolean>;

interface TcData {
  listenerId?: number;
  gdprApplies?: boolean;
  cmpStatus?: string;
  eventStatus?: string;
  isServiceSpecific?: boolean;
  purpose?: { consents?: Flags };
  vendor?: { consents?: Flags; disclosedVendors?: Flags };
  publisher?: { restrictions?: Record<number, Record<number, number>> };
}

/**
 * Reports the purposes of a TCF platform as `cmp:tcf`, from this page or a frame above, until the function that is
 * returned is called. Legitimate interest does not count. A key that is missing is a refusal, as the framework says.
 */
export function connectTcf(consent: ConsentControls, options: TcfOptions = {}): () => void {
  const { vendorId, outsideGdpr } = options;
  let last: TcData | null | undefined;
  return connect<Iab<TcData>, number>(
    consent,
    {
      source: 'cmp:tcf',
      mapping: TCF_PURPOSES,
      find: () => findIab('tcfapi', 2),
      attach: (iab, update) =>
        listen(iab, (data, success) => {
          const trusted = success === true && data?.cmpStatus !== 'error' ? data : undefined;
          // While the dialog is open the person has not said anything new.
          if (trusted?.gdprApplies === true && trusted.eventStatus === 'cmpuishown') return;
          last = trusted;
          update();
        }),
      read: () => {
        if (last?.gdprApplies === false && outsideGdpr === 'granted') return () => 'implied';
        const isSaid = last?.eventStatus === 'tcloaded' || last?.eventStatus === 'useractioncomplete';
        if (last?.gdprApplies !== true || !isSaid || last.isServiceSpecific === false) return undefined;
        const { purpose, vendor, publisher } = last;
        return (id) =>
          purpose?.consents?.[id] === true &&
          (vendorId === undefined ||
            (vendor?.consents?.[vendorId] === true &&
              (vendor.disclosedVendors ?? vendor.consents)[vendorId] === true &&
              (publisher?.restrictions?.[id]?.[vendorId] ?? 1) === 1));
      },
    },
    options,
  );
}
