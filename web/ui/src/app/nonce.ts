/** nonce is what the server has allowed this page's styles by (Content-Security-Policy). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// The library that locks the scrolling below dialogs reads its nonce from here.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
