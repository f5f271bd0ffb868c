import koffi, { type KoffiFunc } from 'koffi'

/**
 * The C side of PKCS#11 v2.40 (OASIS, "Cryptographic Token Interface Base Specification", appendix B and header pkcs11t.h), as far as we use it.
 * On Windows its structures are packed to one byte (section 2.1); elsewhere they are the platform's own. `CK_ULONG` is `unsigned long`.
 */
const layout = process.platform === 'win32' ? koffi.pack : koffi.struct

const version = layout('CK_VERSION', { major: 'uint8_t', minor: 'uint8_t' })
/** The functions of every module stand in this order. */
const functionList = layout('CK_FUNCTION_LIST', { version, functions: koffi.array('void *', 68) })

layout('CK_ATTRIBUTE', { type: 'unsigned long', value: 'void *', length: 'unsigned long' })
layout('CK_MECHANISM', { mechanism: 'unsigned long', parameter: 'void *', length: 'unsigned long' })
layout('CK_MECHANISM_INFO', { minKeySize: 'unsigned long', maxKeySize: 'unsigned long', flags: 'unsigned long' })
layout('CK_TOKEN_INFO', {
  label: koffi.array('uint8_t', 32),
  manufacturer: koffi.array('uint8_t', 32),
  model: koffi.array('uint8_t', 16),
  serial: koffi.array('uint8_t', 16),
  flags: 'unsigned long',
  // Numbers of sessions, lengths of PINs, sizes of memory.
  counts: koffi.array('unsigned long', 10),
  versions: koffi.array('uint8_t', 4),
  time: koffi.array('uint8_t', 16),
})
const gcmParameters = layout('CK_GCM_PARAMS', {
  iv: 'void *',
  ivLength: 'unsigned long',
  ivBits: 'unsigned long',
  additional: 'void *',
  additionalLength: 'unsigned long',
  tagBits: 'unsigned long',
})

/** Where functions stand in the list, and what they take. */
export type Functions = Readonly<Record<string, readonly [position: number, parameters: string]>>

export const functions = {
  C_Initialize: [0, 'void *'],
  C_Finalize: [1, 'void *'],
  C_GetSlotList: [4, 'uint8_t, _Out_ unsigned long *, _Inout_ unsigned long *'],
  C_GetTokenInfo: [6, 'unsigned long, _Out_ CK_TOKEN_INFO *'],
  C_GetMechanismInfo: [8, 'unsigned long, unsigned long, _Out_ CK_MECHANISM_INFO *'],
  C_OpenSession: [12, 'unsigned long, unsigned long, void *, void *, _Out_ unsigned long *'],
  C_Login: [18, 'unsigned long, unsigned long, void *, unsigned long'],
  C_DestroyObject: [22, 'unsigned long, unsigned long'],
  C_GetAttributeValue: [24, 'unsigned long, unsigned long, _Inout_ CK_ATTRIBUTE *, unsigned long'],
  C_FindObjectsInit: [26, 'unsigned long, CK_ATTRIBUTE *, unsigned long'],
  C_FindObjects: [27, 'unsigned long, _Out_ unsigned long *, unsigned long, _Out_ unsigned long *'],
  C_FindObjectsFinal: [28, 'unsigned long'],
  C_EncryptInit: [29, 'unsigned long, CK_MECHANISM *, unsigned long'],
  C_Encrypt: [30, 'unsigned long, void *, unsigned long, void *, _Inout_ unsigned long *'],
  C_DecryptInit: [33, 'unsigned long, CK_MECHANISM *, unsigned long'],
  C_Decrypt: [34, 'unsigned long, void *, unsigned long, void *, _Inout_ unsigned long *'],
  C_GenerateKey: [58, 'unsigned long, CK_MECHANISM *, CK_ATTRIBUTE *, unsigned long, _Out_ unsigned long *'],
} as const satisfies Functions

export type FunctionName = keyof typeof functions

/** Calls a function of the module; gives its `CK_RV`. */
export type Call<Name = FunctionName> = (name: Name, ...values: readonly unknown[]) => number

/** The module does not load, or is none: a wrong path, another architecture, a library that is not PKCS#11. */
export class NotAModule extends Error {}

/** Loads a vendor's module into this process, which it may crash or hang. Throws `NotAModule`. */
export function loadModule<Table extends Functions>(path: string, table: Table): Call<keyof Table & string> {
  const list = functionListOf(path)
  const known = new Map<string, KoffiFunc<(...values: readonly unknown[]) => number | bigint>>()
  return (name, ...values) => {
    let native = known.get(name)
    if (native === undefined) {
      const [position, parameters] = place(table, name)
      native = koffi.decode(list[position], koffi.proto(`unsigned long ${name}(${parameters})`))
      if (native === undefined) throw new NotAModule()
      known.set(name, native)
    }
    return Number(native(...values))
  }
}

function place(table: Functions, name: string): Functions[string] {
  const found = table[name]
  if (found === undefined) throw new NotAModule()
  return found
}

function functionListOf(path: string): readonly unknown[] {
  try {
    const found: unknown[] = [null]
    // The one function that a module must export by name (section 5.4).
    const result: unknown = koffi.load(path).func('unsigned long C_GetFunctionList(_Out_ void **list)')(found)
    if (result !== 0) throw new NotAModule()
    const list: { readonly functions: readonly unknown[] } = koffi.decode(found[0], functionList)
    return list.functions
  } catch (cause) {
    throw new NotAModule('', { cause })
  }
}

/** Bytes of a `CK_ULONG` here. */
export const ulongBytes = koffi.sizeof('unsigned long')

/** Where bytes lie in memory, for a structure that points to them. Who asks keeps them referenced until the call is over. */
export function addressOf(bytes: Uint8Array): unknown {
  return koffi.address(bytes)
}

/** A structure in memory, and its size in bytes. */
export function encodeGcmParameters(iv: Uint8Array, additional: Uint8Array, tagBits: number): Buffer {
  const memory = Buffer.alloc(koffi.sizeof(gcmParameters))
  koffi.encode(koffi.address(memory), gcmParameters, {
    iv: koffi.address(iv),
    ivLength: iv.length,
    ivBits: iv.length * 8,
    additional: koffi.address(additional),
    additionalLength: additional.length,
    tagBits,
  })
  return memory
}
