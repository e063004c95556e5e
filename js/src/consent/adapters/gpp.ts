// IAB Global Privacy Platform 1.1: the TCF's sections, and the US sections, which know refusals only.
import type { ConsentControls } from '../types.js';
import { connect, strictest, type AdapterOptions, type Answer, type ExplicitOption, type Said } from './connection.js';
import { findIab, listen, TCF_PURPOSES, type Iab } from './iab.js';

/** The mapping names the purposes of the TCF. In a US section an opt-out denies each purpose that has any. */
export interface GppOptions extends AdapterOptions<number>, ExplicitOption {
  /** What holds when the platform says that no section applies. `unknown` when left out: nothing is granted. */
  outsideSections?: 'unknown' | 'granted';
}

type Section = Record<string, unknown>;

interface PingData {
  cmpStatus?: string;
  signalStatus?: string;
  /** Number and name of each section: `7:usnat`. */
  supportedAPIs?: string[];
  applicableSections?: number[];
  parsedSections?: Record<string, Section[]>;
}

interface GppEvent {
  listenerId?: number;
  eventName?: string;
  pingData?: PingData;
}

const OPT_OUTS = ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut'];

/** Whether a bit field names `id`. It comes as numbers, as bits, or as booleans, depending on who wrote the platform. */
function has(field: unknown, id: number): boolean {
  if (!Array.isArray(field)) return false;
  const isBits = field.some((value) => typeof value === 'boolean' || value === 0);
  return isBits ? field[id - 1] === true || field[id - 1] === 1 : field.includes(id);
}

/** 1 is an opt-out, 2 that the person did not, although told; 0 that the question was not put. */
function usAnswer(segments: Section[], requireExplicit: boolean): Said {
  const values = OPT_OUTS.map((name) => segments[0]?.[name]).filter((value) => value !== undefined);
  if (values.includes(1) || segments.some(({ Gpc }) => Gpc === true || Gpc === 1)) return false;
  const isAllowed = values.length > 0 && values.every((value) => value === 2);
  return isAllowed && !requireExplicit ? 'implied' : undefined;
}

function sectionAnswer(ping: PingData, section: number, requireExplicit: boolean): Answer<number> {
  const prefix = ping.supportedAPIs?.find((name) => name.startsWith(`${section}:`))?.split(':')[1] ?? '';
  const segments = ping.parsedSections?.[prefix];
  const core = segments?.[0];
  if (!core) return () => undefined;
  if (prefix === 'tcfeuv2') return (id) => has(core.PurposeConsent ?? core.PurposeConsents, id);
  if (prefix === 'tcfcav1')
    return (id) =>
      has(core.PurposesExpressConsent, id) || (!requireExplicit && has(core.PurposesImpliedConsent, id) && 'implied');
  return () => (prefix.startsWith('us') ? usAnswer(segments, requireExplicit) : undefined);
}

/**
 * Reports what all applicable sections of a GPP platform allow as `cmp:gpp`, from this page or a frame above, until the
 * function that is returned is called. While the signal is not ready nothing is granted.
 */
export function connectGpp(consent: ConsentControls, options: GppOptions = {}): () => void {
  const { requireExplicit = true, outsideSections } = options;
  let last: PingData | undefined;
  return connect<Iab<GppEvent>, number>(
    consent,
    {
      source: 'cmp:gpp',
      mapping: TCF_PURPOSES,
      find: () => findIab('gpp', '1.1'),
      attach: (iab, update) =>
        listen(iab, (event, success) => {
          last = success === true && event?.eventName !== 'error' ? event?.pingData : undefined;
          update();
        }),
      read: () => {
        const sections = last?.applicableSections;
        if (last?.signalStatus !== 'ready' || last.cmpStatus !== 'loaded' || !sections?.length) return undefined;
        if (sections.every((section) => section === -1))
          return outsideSections === 'granted' ? () => 'implied' : undefined;
        const ping = last;
        const answers = sections.map((section) => sectionAnswer(ping, section, requireExplicit));
        return (id) => strictest(answers.map((answer) => answer(id)));
      },
    },
    options,
  );
}
