// What tells one device from another when a page looks at it. The signals of a refusal, navigator.globalPrivacyControl and
// navigator.doNotTrack, are not among it: one has to look at them to honour them.

const navigatorProperties: readonly string[] = [
  'appCodeName',
  'appName',
  'appVersion',
  'connection',
  'cookieEnabled',
  'deviceMemory',
  'hardwareConcurrency',
  'language',
  'languages',
  'maxTouchPoints',
  'mimeTypes',
  'onLine',
  'pdfViewerEnabled',
  'platform',
  'plugins',
  'product',
  'productSub',
  'userAgent',
  'userAgentData',
  'vendor',
  'vendorSub',
  'webdriver',
];

/** Properties, by the interface whose prototype has them; those of `window` are its own. */
export const readProperties: Readonly<Record<string, readonly string[]>> = {
  Navigator: navigatorProperties,
  WorkerNavigator: navigatorProperties,
  Screen: ['width', 'height', 'availWidth', 'availHeight', 'colorDepth', 'pixelDepth', 'orientation'],
  window: ['devicePixelRatio', 'outerWidth', 'outerHeight', 'screenX', 'screenY'],
};

/** Methods, by the interface whose prototype has them. */
export const calledMethods: Readonly<Record<string, readonly string[]>> = {
  Navigator: ['getBattery', 'getGamepads', 'getUserMedia', 'javaEnabled'],
  NavigatorUAData: ['getHighEntropyValues', 'toJSON'],
  MediaDevices: ['enumerateDevices', 'getUserMedia'],
  Permissions: ['query'],
  Geolocation: ['getCurrentPosition', 'watchPosition'],
  Keyboard: ['getLayoutMap'],
  StorageManager: ['estimate'],
  SpeechSynthesis: ['getVoices'],
  FontFaceSet: ['check'],
  Document: ['browsingTopics'],
  HTMLCanvasElement: ['toDataURL', 'toBlob'],
  OffscreenCanvas: ['convertToBlob'],
  CanvasRenderingContext2D: ['getImageData', 'measureText'],
  WebGLRenderingContext: ['getParameter', 'getExtension', 'getSupportedExtensions', 'readPixels'],
  WebGL2RenderingContext: ['getParameter', 'getExtension', 'getSupportedExtensions', 'readPixels'],
  GPU: ['requestAdapter'],
  AudioBuffer: ['getChannelData'],
  Date: ['getTimezoneOffset'],
};
