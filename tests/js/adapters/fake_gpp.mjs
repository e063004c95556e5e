// A GPP platform as "CMP API Specification" 1.1 describes it: generic commands, listeners, and the order of events around
// a change. Its section is that of the TCF unless a test sets another.
import { connectGpp } from '../../../js/dist/consent/adapters/gpp.js';

const PURPOSES = { functional: [1, 5, 6], analytics: [1, 8], marketing: [1, 2, 3, 4, 7] };

export class FakeGpp {
  static connect = connectGpp;
  static source = 'cmp:gpp';
  categories = PURPOSES;
  strange = 99;
  listeners = new Map();
  queue = [];
  lastId = 0;
  isBroken = false;
  ping = {
    gppVersion: '1.1',
    cmpStatus: 'loading',
    cmpDisplayStatus: 'hidden',
    signalStatus: 'not ready',
    supportedAPIs: ['2:tcfeuv2', '5:tcfcav1', '6:uspv1', '7:usnat', '8:usca'],
    cmpId: 31,
    sectionList: [],
    applicableSections: [2],
    gppString: '',
    parsedSections: {},
  };

  constructor(page) {
    this.page = page;
  }

  get listenerCount() {
    return this.listeners.size;
  }

  get home() {
    return this.page;
  }

  pingData() {
    if (!this.isBroken) return structuredClone(this.ping);
    const broken = { ...this.ping };
    return Object.defineProperty(broken, 'parsedSections', {
      get() {
        throw new Error('the platform is broken');
      },
    });
  }

  /** The stub registers listeners itself and says that nothing is ready. */
  stub() {
    this.ping.cmpStatus = 'stub';
    this.answer();
  }

  answer() {
    this.home.__gpp = (command, callback, parameter) => {
      if (command === 'addEventListener') {
        const listenerId = ++this.lastId;
        this.listeners.set(listenerId, callback);
        callback({ eventName: 'listenerRegistered', listenerId, data: true, pingData: this.pingData() }, true);
      } else if (command === 'removeEventListener') callback(this.listeners.delete(parameter), true);
      else if (command === 'ping') callback(this.pingData(), true);
      else callback(null, false);
    };
  }

  arrive() {
    this.answer();
    this.emit('cmpStatus', { cmpStatus: 'loaded' });
  }

  emit(eventName, changed = {}) {
    Object.assign(this.ping, changed);
    for (const [listenerId, callback] of [...this.listeners])
      callback({ eventName, listenerId, data: Object.values(changed)[0], pingData: this.pingData() }, true);
  }

  show() {
    this.emit('signalStatus', { signalStatus: 'not ready' });
    this.emit('cmpDisplayStatus', { cmpDisplayStatus: 'visible' });
  }

  section(prefix, segments, id) {
    this.show();
    this.emit('cmpDisplayStatus', { cmpDisplayStatus: 'hidden' });
    this.ping.applicableSections = [id];
    this.ping.parsedSections = { ...this.ping.parsedSections, [prefix]: segments };
    this.emit('sectionChange', {});
    this.emit('signalStatus', { signalStatus: 'ready' });
  }

  choose(choices) {
    const granted = Object.keys(choices).filter((purpose) => choices[purpose]);
    const PurposeConsent = [...new Set(granted.flatMap((purpose) => PURPOSES[purpose]))].sort((a, b) => a - b);
    this.section('tcfeuv2', [{ Version: 2, PurposeConsent, PurposesLITransparency: [7, 8] }], 2);
  }

  /** What the person did not object to. */
  imply() {
    const opted = { SaleOptOut: 2, SharingOptOut: 2, TargetedAdvertisingOptOut: 2 };
    this.section(
      'usnat',
      [
        { Version: 1, SaleOptOutNotice: 1, ...opted },
        { SubsectionType: 1, Gpc: false },
      ],
      7,
    );
  }

  static mayBeImplied = true;

  mumble() {
    this.section('tcfeuv2', [{ Version: 2, PurposeConsent: 'all 1 2 3 4 5 6 7 8' }], 2);
  }

  fail() {
    this.emit('cmpStatus', { cmpStatus: 'error' });
  }

  pause() {
    this.emit('signalStatus', { signalStatus: 'not ready' });
  }

  break() {
    this.isBroken = true;
    this.emit('sectionChange');
  }
}

/** The same in the page above, whose frames are asked by messages. */
export class FakeGppAbove extends FakeGpp {
  constructor(page) {
    super(page);
    const frames = {};
    this.top = { frames, postMessage: (data) => this.onMessage(data) };
    this.top.parent = this.top;
    page.parent = this.top;
  }

  get home() {
    return this.top;
  }

  answer() {
    super.answer();
    this.top.frames.__gppLocator = {};
  }

  onMessage({ __gppCall: { command, parameter, version, callId } }) {
    const answer = (returnValue, success) => {
      const data = { __gppReturn: { returnValue, success, callId } };
      this.page.dispatchEvent(Object.assign(new Event('message'), { source: this.top, data }));
    };
    this.top.__gpp(command, answer, parameter, version);
  }
}
