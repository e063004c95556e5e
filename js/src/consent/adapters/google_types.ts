// What Google's consent mode knows: its types, and the purposes that they belong to.
import type { Mapping } from './connection.js';

export type GoogleType =
  | 'ad_storage'
  | 'ad_user_data'
  | 'ad_personalization'
  | 'analytics_storage'
  | 'functionality_storage'
  | 'personalization_storage'
  | 'security_storage';

export const GOOGLE_TYPES: Mapping<GoogleType> = {
  functional: ['functionality_storage', 'personalization_storage'],
  analytics: ['analytics_storage'],
  marketing: ['ad_storage', 'ad_user_data', 'ad_personalization'],
};
