// OneTrust as its events guide describes it. Before its script runs `OneTrust` is an object of settings.
import { connectOneTrust } from '../../../js/dist/consent/adapters/onetrust.js';

const GROUPS = { functional: ['C0003'], analytics: ['C0002'], marketing: ['C0004'] };

export class FakeOneTrust {
  static connect = connectOneTrust;
  static source = 'cmp:onetrust';
  static mayBeImplied = true;
  categories = GROUPS;
  strange = 'C0099';
  isClosed = false;
  isBroken = false;
  listeners = [];

  constructor(page) {
    this.page = page;
  }

  stub() {
    this.page.OneTrust = { geolocationResponse: { countryCode: 'DE' } };
    this.page.OnetrustActiveGroups = ',C0001,C0002,C0003,C0004,';
  }

  arrive() {
    const fake = this;
    this.page.OneTrust = {
      GetDomainData: () => ({ ShowAlertNotice: true, ConsentModel: { Name: 'opt-in' }, Groups: [] }),
      IsAlertBoxClosed() {
        if (fake.isBroken) throw new Error('the platform is broken');
        return fake.isClosed;
      },
      OnConsentChanged: (listener) => void this.listeners.push(listener),
    };
    this.page.OnetrustActiveGroups ??= ',C0001,';
    this.updated();
  }

  updated() {
    this.page.fire('OneTrustGroupsUpdated', this.page.OnetrustActiveGroups.split(',').filter(Boolean));
  }

  show() {
    this.page.fire('OneTrustPCLoaded');
  }

  setGroups(groups) {
    this.page.OnetrustActiveGroups = `,${['C0001', ...groups].join()},`;
    this.page.OptanonActiveGroups = this.page.OnetrustActiveGroups;
    this.updated();
    for (const listener of this.listeners) listener();
    this.page.fire('OTConsentApplied');
  }

  choose(choices) {
    this.isClosed = true;
    this.setGroups(Object.keys(choices).flatMap((purpose) => (choices[purpose] ? GROUPS[purpose] : [])));
  }

  imply() {
    this.setGroups(['C0002', 'C0003', 'C0004']);
  }

  mumble() {
    this.isClosed = true;
    this.page.OnetrustActiveGroups = ',c0002,XC0002,C00022,C0003 ,C00040,';
    this.updated();
  }

  break() {
    this.isBroken = true;
    this.updated();
  }
}
