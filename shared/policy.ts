import { z } from 'zod'
import { type AlertResponse, alertResponses, type AlertSeverity, alertSeverities } from './alerts.ts'

/** Ceilings of NIST SP 800-63B-4 AAL2: idle ≤ 60 min, absolute ≤ 24 h; offline no longer than that; of a PIN, ten tries in all (docs/adr/0114); a symmetric key two years (NIST SP 800-57 Part 1 Rev. 5, table 1). No policy can exceed them. */
export const ceilings = { idleSeconds: 3_600, absoluteSeconds: 86_400, offlineSeconds: 86_400, pinTries: 5, supportTries: 5, keyDays: 730 } as const

const httpsUrl = z.url({ protocol: /^https$/ })

interface AlertDefaults {
  readonly response: AlertResponse
  readonly severity: AlertSeverity
  readonly threshold: number
  readonly windowSeconds: number
}

/** A rule of the alerts. A threshold of 0 would be an alert for each entry, and is no threshold: refused. */
const alertRule = ({ response, severity, threshold, windowSeconds }: AlertDefaults) => ({
  response: z.enum(alertResponses).default(response),
  severity: z.enum(alertSeverities).default(severity),
  /** So many different charts, refusals or failures within the window. */
  threshold: z.number().int().min(1).max(500).default(threshold),
  windowSeconds: z.number().int().min(10).max(86_400).default(windowSeconds),
})

/** `HH:MM` of the workstation's own time. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')

const day = 86_400

/** The rules as `electron/audit/alerts` applies them; the defaults are weighed in docs/alerts.md. */
export const AlertPolicy = z.strictObject({
  chartsPerMinute: z.strictObject(alertRule({ response: 'ask-reason', severity: 'high', threshold: 10, windowSeconds: 60 })).prefault({}),
  chartsPerShift: z.strictObject(alertRule({ response: 'notice', severity: 'medium', threshold: 60, windowSeconds: 28_800 })).prefault({}),
  noCareRelation: z.strictObject(alertRule({ response: 'notice', severity: 'low', threshold: 1, windowSeconds: day })).prefault({}),
  breakTheGlass: z.strictObject(alertRule({ response: 'notice', severity: 'high', threshold: 1, windowSeconds: day })).prefault({}),
  sameFamilyName: z.strictObject(alertRule({ response: 'ask-reason', severity: 'medium', threshold: 1, windowSeconds: day })).prefault({}),
  offHours: z
    .strictObject({
      ...alertRule({ response: 'notice', severity: 'low', threshold: 1, windowSeconds: 43_200 }),
      /** The working day, by the workstation's own time; the night may be the shorter part. */
      from: timeOfDay.default('06:00'),
      to: timeOfDay.default('20:00'),
    })
    .prefault({}),
  vip: z.strictObject(alertRule({ response: 'ask-reason', severity: 'high', threshold: 1, windowSeconds: day })).prefault({}),
  repeatedDenials: z.strictObject(alertRule({ response: 'notice', severity: 'medium', threshold: 3, windowSeconds: 600 })).prefault({}),
  failedUnlocks: z.strictObject(alertRule({ response: 'notice', severity: 'medium', threshold: 3, windowSeconds: 900 })).prefault({}),
  clockSetBack: z.strictObject(alertRule({ response: 'notice', severity: 'high', threshold: 1, windowSeconds: 3_600 })).prefault({}),
})
export type AlertPolicy = z.infer<typeof AlertPolicy>

/** Where what was done is reported to. Entries stay on the workstation until each of these places has acknowledged them. */
export const ShipPolicy = z
  .strictObject({
    /** As FHIR AuditEvents; off for an EHR that takes none. */
    ehr: z.boolean().default(true),
    /** A folder that is there, in which each workstation keeps a copy of its chain in files that are only ever appended to. */
    folder: z.string().regex(/^(\/|[A-Za-z]:\\|\\\\)/, 'must be a whole path').max(1_000).optional(),
    /** A bucket with object lock, in which each range of entries is kept in compliance mode: nobody removes it before its time. */
    s3: z
      .strictObject({
        endpoint: httpsUrl,
        bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
        region: z.string().regex(/^[a-z0-9-]{1,40}$/).default('us-east-1'),
        /** HIPAA keeps documentation for six years (164.316(b)(2)(i)). */
        retentionDays: z.number().int().min(1).max(36_500).default(2_192),
      })
      .optional(),
  })
  .prefault({})
export type ShipPolicy = z.infer<typeof ShipPolicy>

/**
 * What IT decides for a workstation. The source of the administrator's documentation; every default is the safe one.
 * Unknown keys are refused: a misspelt limit must not silently be no limit.
 */
export const Policy = z.strictObject({
  ehr: z.strictObject({
    /** Base of the FHIR R4 API, without a trailing slash. */
    fhirBase: httpsUrl.refine((url) => !url.endsWith('/'), 'must not end with a slash'),
    clientId: z.string().min(1).max(200),
    /** PEM file with the authorities trusted for the EHR, instead of those of the operating system. */
    caFile: z.string().optional(),
    /** `sha256/<base64>` of a SubjectPublicKeyInfo, one of which must be in the verified chain. */
    pins: z.array(z.string().regex(/^sha256\/[A-Za-z0-9+/]{43}=$/)).max(16).default([]),
    /** `in-app` gives up the browser's own protections (docs/adr: in-app sign-in); for kiosks without a browser. */
    signIn: z.enum(['system-browser', 'in-app']).default('system-browser'),
    /** 0: any free loopback port, as RFC 8252 §7.3 asks; some servers want one that is registered. */
    redirectPort: z.number().int().min(0).max(65_535).default(0),
  }),
  mfa: z
    .strictObject({
      /** A sign-in that the EHR does not say was made with two factors is refused (164.312(d)). */
      required: z.boolean().default(true),
      /** The values of `acr` that mean two factors there; asked for, and one of them needed. Empty: `amr` has to say so (RFC 8176). */
      acr: z.array(z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be without spaces')).max(8).default([]),
    })
    .default({ required: true, acr: [] }),
  environment: z
    .strictObject({ kind: z.enum(['production', 'test', 'training', 'read-only']), label: z.string().max(80) })
    .default({ kind: 'production', label: '' }),
  /** Shown at sign-in and on the lock screen. */
  site: z.string().max(80).default(''),
  support: z
    .strictObject({
      /** Shown where somebody is locked, or locked out. */
      phone: z.string().regex(/^[+0-9A-Za-z ().#*,/-]{2,40}$/, 'must be a telephone number').optional(),
    })
    .default({}),
  badge: z
    .strictObject({
      /** A reader that types the number of a badge as a keyboard would: a hint of who is there, and nothing more. */
      reader: z.enum(['off', 'keyboard']).default('off'),
    })
    .default({ reader: 'off' }),
  session: z
    .strictObject({
      warnAfterSeconds: z.number().int().min(10).max(ceilings.idleSeconds).default(480),
      lockAfterSeconds: z.number().int().min(15).max(ceilings.idleSeconds).default(600),
      absoluteSeconds: z.number().int().min(60).max(ceilings.absoluteSeconds).default(43_200),
      /** How long the EHR may be out of reach before only a full sign-in opens what is kept. */
      offlineSeconds: z.number().int().min(60).max(ceilings.offlineSeconds).default(28_800),
      /** Where the EHR sends no orders to this workstation: so often it is asked, while a session is open, whether it stands by it. */
      introspectSeconds: z.number().int().min(30).max(3_600).default(300),
      /** What becomes of a locked session when somebody else takes the workstation. */
      whenTaken: z.enum(['stays-locked', 'signs-out']).default('stays-locked'),
    })
    .refine((s) => s.warnAfterSeconds < s.lockAfterSeconds, 'warnAfterSeconds must be less than lockAfterSeconds')
    .default({ warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, introspectSeconds: 300, whenTaken: 'stays-locked' }),
  lock: z
    .strictObject({
      /** Replace the whole process tree at lock: zero traces of typed text too, for about a second more. */
      restart: z.boolean().default(false),
      /** Keep a pre-warmed window for the lock screen: about 100 MB; off for VDI. */
      spare: z.boolean().default(true),
      /** What a locked screen tells of the people whose sessions wait here. Names of staff; of patients it never tells anything. */
      others: z.enum(['nothing', 'that-locked', 'names']).default('names'),
    })
    .default({ restart: false, spare: true, others: 'names' }),
  pin: z
    .strictObject({
      minLength: z.number().int().min(4).max(64).default(6),
      /** How many tries the support desk can grant, once, to somebody offline who has used all five. 0: none. */
      supportTries: z.number().int().min(0).max(ceilings.supportTries).default(3),
    })
    .default({ minLength: 6, supportTries: 3 }),
  unlock: z
    .strictObject({
      /** What is asked beside the PIN: nothing, or that the device says that its owner is before it. */
      presence: z.enum(['off', 'with-pin']).default('off'),
    })
    .default({ presence: 'off' }),
  cache: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** A record that was not confirmed by the EHR for so long is not shown, and is removed. */
      maxAgeHours: z.number().int().min(1).max(24 * 30).default(72),
      maxMegabytes: z.number().int().min(16).max(8_192).default(512),
    })
    .default({ enabled: true, maxAgeHours: 72, maxMegabytes: 512 }),
  vault: z
    .strictObject({
      /** What guards `main`'s part of a vault's key: the operating system's keychain alone, or a key in an HSM besides. */
      keyPart: z.enum(['keychain', 'pkcs11']).default('keychain'),
      pkcs11: z
        .strictObject({
          /** The vendor's module. */
          module: z.string().regex(/^(\/|[A-Za-z]:\\)/, 'must be a whole path').max(1_000),
          /** `CKA_LABEL` and serial number of the token, as it tells them itself (PKCS#11: 32 and 16 characters). */
          tokenLabel: z.string().min(1).max(32).optional(),
          tokenSerial: z.string().min(1).max(16).optional(),
          /** `CKA_LABEL` of the keys that are made there, or of the shared one. */
          keyLabel: z.string().min(1).max(64).default('Chartkeep'),
          /** One key for all, made ahead: for an HSM that cannot hold a key for each person at each workstation. */
          sharedKey: z.boolean().default(false),
          /** What it may take for one answer. */
          answerSeconds: z.number().int().min(2).max(120).default(15),
        })
        .refine((token) => token.tokenLabel !== undefined || token.tokenSerial !== undefined, 'must name the token by tokenLabel or tokenSerial')
        .optional(),
      rotate: z
        .strictObject({
          /** Age at which the workstation's part of a vault's key is replaced, at the next unlock. */
          keyPartDays: z.number().int().min(1).max(ceilings.keyDays).default(90),
          /** The same for the key that all that is kept is encrypted with: it is encrypted anew, in the background. Keys of rows are derived from it: about a year, by the same table. */
          dataKeyDays: z.number().int().min(1).max(ceilings.keyDays).default(365),
        })
        .default({ keyPartDays: 90, dataKeyDays: 365 }),
    })
    .refine((vault) => vault.keyPart === 'keychain' || vault.pkcs11 !== undefined, 'pkcs11 must say which module and token')
    .default({ keyPart: 'keychain', rotate: { keyPartDays: 90, dataKeyDays: 365 } }),
  audit: z
    .strictObject({
      ship: ShipPolicy,
      /** Entries that every place has acknowledged stay on the workstation so long all the same. */
      keepLocallyDays: z.number().int().min(30).max(36_500).default(365),
      alerts: AlertPolicy.prefault({}),
    })
    .prefault({}),
})
export type Policy = z.infer<typeof Policy>
