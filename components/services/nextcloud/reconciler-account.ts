/** Account of Nextcloud that may change trusted servers and nothing else: the reconciler's. */
export const reconcilerAccount = "commune-federation";
