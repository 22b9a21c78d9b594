/** How the two messages of a request travel. Decoders check everything that can be checked without knowing the case. */
export type RequestCodec<Request, Response> = {
  encodeRequest(request: Request): Uint8Array;
  /** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
  decodeRequest(bytes: Uint8Array): Request;
  encodeResponse(response: Response): Uint8Array;
  /** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
  decodeResponse(bytes: Uint8Array): Refused | { readonly response: Response };
  /** @param isFinal whether the same request would be refused again whenever it came; told where the protocol can */
  encodeRefusal(code: string, isFinal: boolean): Uint8Array;
};

export type Refused = { readonly refused: string; readonly isFinal?: boolean };
