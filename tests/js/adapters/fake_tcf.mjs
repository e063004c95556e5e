// A TCF platform as "CMP API v2" of TCF 2.3 describes it: the stub's queue, listeners with ids, the events of the user interface,
// and messages for frames.
import { connectTcf } from '../../../js/dist/consent/adapters/tcf.js';

const PURPOSES = { functional: [1, 5, 6], analytics: [1, 8], marketing: [1, 2, 3, 4, 7] };

export class FakeTcf {
  static connect = connectTcf;
  static source = 'cmp:tcf';
  categories = PURPOSES;
  strange = 99;
  listeners = new Map();
  queue = [];
  lastId = 0;
  isBroken = false;
  data = {
    tcString: 'CPxxxx.YAAAAAAAAAAA',
    tcfPolicyVersion: 5,
    cmpId: 10,
    cmpVersion: 1,
    gdprApplies: true,
    eventStatus: 'cmpuishown',
    cmpStatus: 'loaded',
    isServiceSpecific: true,
    useNonStandardTexts: false,
    publisherCC: 'DE',
    purposeOneTreatment: false,
    purpose: { consents: {}, legitimateInterests: { 2: true, 7: true, 8: true, 9: true, 10: true } },
    vendor: { consents: {}, legitimateInterests: {}, disclosedVendors: { 755: true } },
    publisher: {
      consents: {},
      legitimateInterests: {},
      customPurpose: { consents: {}, legitimateInterests: {} },
      restrictions: {},
    },
  };

  constructor(page) {
    this.page = page;
  }

  get listenerCount() {
    return this.listeners.size;
  }

  /** What answers. Where the platform is in a frame above, that frame's window. */
  get home() {
    return this.page;
  }

  stub() {
    this.home.__tcfapi = (...call) => {
      const [command, , callback] = call;
      if (command === 'ping') callback({ gdprApplies: undefined, cmpLoaded: false, cmpStatus: 'stub' }, true);
      else this.queue.push(call);
    };
  }

  arrive() {
    this.home.__tcfapi = (command, version, callback, parameter) => {
      if (this.isBroken) throw new Error('the platform is broken');
      if (version !== 2) return callback(null, false);
      if (command === 'addEventListener') {
        const id = ++this.lastId;
        this.listeners.set(id, callback);
        this.tell(id, callback);
      } else if (command === 'removeEventListener') callback(this.listeners.delete(parameter));
      else callback(null, false);
    };
    for (const call of this.queue.splice(0)) this.home.__tcfapi(...call);
  }

  tell(listenerId, callback) {
    const { data, isBroken } = this;
    // A platform that fails while it answers: what it hands over cannot be read.
    const broken = { consents: Object.defineProperty({}, 8, { get: () => this.throw() }) };
    callback({ ...data, listenerId, purpose: isBroken ? broken : data.purpose }, true);
  }

  throw() {
    throw new Error('the platform is broken');
  }

  /** Changes the data and tells all listeners. */
  set(changed) {
    Object.assign(this.data, changed);
    for (const [id, callback] of this.listeners) this.tell(id, callback);
  }

  show() {
    this.set({ eventStatus: 'cmpuishown' });
  }

  choose(choices) {
    if (this.listeners.size > 0) this.show();
    const granted = Object.keys(choices).filter((purpose) => choices[purpose]);
    const consents = Object.fromEntries(granted.flatMap((purpose) => PURPOSES[purpose]).map((id) => [id, true]));
    const eventStatus = this.listeners.size > 0 ? 'useractioncomplete' : 'tcloaded';
    this.set({ eventStatus, purpose: { ...this.data.purpose, consents } });
  }

  /** Legitimate interest alone. */
  imply() {
    const legitimateInterests = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [index + 1, true]));
    this.set({ eventStatus: 'tcloaded', purpose: { consents: {}, legitimateInterests } });
  }

  mumble() {
    const consents = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [index + 1, 'true']));
    this.set({ eventStatus: 'tcloaded', purpose: { ...this.data.purpose, consents } });
  }

  fail() {
    this.set({ cmpStatus: 'error' });
  }

  break() {
    this.isBroken = true;
    for (const [id, callback] of this.listeners) this.tell(id, callback);
  }
}

/** The same in the page above, whose frames are asked by messages. */
export class FakeTcfAbove extends FakeTcf {
  top = { frames: {}, postMessage: (data) => this.onMessage(data) };

  constructor(page) {
    super(page);
    this.top.parent = this.top;
    page.parent = { frames: {}, parent: this.top, postMessage() {} };
  }

  get home() {
    return this.top;
  }

  stub() {
    super.stub();
    this.top.frames.__tcfapiLocator = {};
  }

  arrive() {
    super.arrive();
    this.top.frames.__tcfapiLocator = {};
  }

  send(data, source = this.top) {
    this.page.dispatchEvent(Object.assign(new Event('message'), { source, data }));
  }

  onMessage({ __tcfapiCall: { command, parameter, version, callId } }) {
    const answer = (returnValue, success) => this.send({ __tcfapiReturn: { returnValue, success, callId } });
    this.top.__tcfapi(command, version, answer, parameter);
  }
}
