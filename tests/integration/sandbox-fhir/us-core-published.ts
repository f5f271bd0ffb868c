/** What a server is expected to answer for one type. Words are separated by a space, what is asked together is joined by `+`. */
interface Expected {
  readonly interactions: string
  /** Searches that SHALL be answered. */
  readonly shall?: string
  /** Searches that SHOULD be answered. */
  readonly should?: string
  /** Parameters that take several values, of which one must fit. */
  readonly several?: string
  /** Dates that SHALL be compared by gt, ge, lt and le. */
  readonly compared?: string
  /** Chains that SHALL be followed. */
  readonly chained?: string
  readonly includes?: string
  readonly revIncludes?: string
}

/**
 * Everything that US Core 7.0.0 (STU 7) says a server SHALL or SHOULD do with the types that this hospital holds: interactions, searches
 * and their combinations, and what its search parameters ask for besides.
 *
 * Source: `CapabilityStatement-us-core-server.json` (SHA-256 49e3f385…cf69d51) and `SearchParameter-*.json` of the published package
 * hl7.fhir.us.core#7.0.0, CC0-1.0. No registry that the tests can read has it, so that a program transcribed it and nobody should edit
 * it by hand. Left out: what MAY be done, and what is not held here: the types Endpoint (with `PractitionerRole:endpoint`) and Media, and
 * the operation `DocumentReference/$docref`.
 */
export const usCorePublished: Readonly<Record<string, Expected>> = {
  AllergyIntolerance: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    should: 'patient+clinical-status',
    revIncludes: 'Provenance:target',
  },
  CarePlan: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient+category',
    should: 'patient+category+date patient+category+status patient+category+status+date',
    several: 'status',
    compared: 'date',
    revIncludes: 'Provenance:target',
  },
  CareTeam: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient+status',
    should: 'role patient+role',
    several: 'status',
    includes: 'CareTeam:participant:Patient CareTeam:participant:Practitioner CareTeam:participant:PractitionerRole CareTeam:participant:RelatedPerson',
    revIncludes: 'Provenance:target',
  },
  Condition: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient patient+category',
    should: 'patient+_lastUpdated patient+abatement-date patient+asserted-date patient+clinical-status patient+code patient+onset-date patient+recorded-date patient+category+clinical-status patient+category+encounter',
    compared: '_lastUpdated abatement-date asserted-date onset-date recorded-date',
    revIncludes: 'Provenance:target',
  },
  Coverage: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    revIncludes: 'Provenance:target',
  },
  Device: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    should: 'patient+status patient+type',
    several: 'status',
    revIncludes: 'Provenance:target',
  },
  DiagnosticReport: {
    interactions: 'create history-instance read search-type vread',
    shall: 'patient patient+category patient+code patient+category+date',
    should: 'patient+status patient+category+_lastUpdated patient+code+date',
    several: 'code status',
    compared: '_lastUpdated date',
    revIncludes: 'Provenance:target',
  },
  DocumentReference: {
    interactions: 'create history-instance read search-type vread',
    shall: '_id patient patient+category patient+type patient+category+date',
    should: 'patient+status patient+type+period',
    several: 'status',
    compared: 'date period',
    revIncludes: 'Provenance:target',
  },
  Encounter: {
    interactions: 'history-instance read search-type vread',
    shall: '_id patient date+patient',
    should: 'identifier class+patient patient+_lastUpdated patient+discharge-disposition patient+location patient+status patient+type',
    compared: '_lastUpdated date',
    revIncludes: 'Provenance:target',
  },
  Goal: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    should: 'patient+description patient+lifecycle-status patient+target-date',
    compared: 'target-date',
    revIncludes: 'Provenance:target',
  },
  HealthcareService: {
    interactions: 'read vread',
  },
  Immunization: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    should: 'patient+date patient+status',
    compared: 'date',
    revIncludes: 'Provenance:target',
  },
  Location: {
    interactions: 'history-instance read search-type vread',
    shall: 'address name',
    should: 'address-city address-postalcode address-state',
  },
  Medication: {
    interactions: 'history-instance read vread',
  },
  MedicationDispense: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient',
    should: 'patient+status patient+status+type',
    several: 'status type',
    includes: 'MedicationDispense:medication',
    revIncludes: 'Provenance:target',
  },
  MedicationRequest: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient+intent patient+intent+status',
    should: 'patient+intent+authoredon patient+intent+encounter',
    several: 'intent status',
    compared: 'authoredon',
    includes: 'MedicationRequest:medication',
    revIncludes: 'Provenance:target',
  },
  Observation: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient+category patient+code patient+category+date',
    should: 'patient+category+_lastUpdated patient+category+status patient+code+date',
    several: 'code status',
    compared: '_lastUpdated date',
    revIncludes: 'Provenance:target',
  },
  Organization: {
    interactions: 'history-instance read search-type vread',
    shall: 'address name',
  },
  Patient: {
    interactions: 'history-instance read search-type vread',
    shall: '_id identifier name birthdate+name gender+name',
    should: 'birthdate+family death-date+family family+gender',
    revIncludes: 'Provenance:target',
  },
  Practitioner: {
    interactions: 'history-instance read search-type vread',
    shall: 'identifier name',
    should: '_id',
  },
  PractitionerRole: {
    interactions: 'history-instance read search-type vread',
    shall: 'practitioner specialty',
    chained: 'practitioner.identifier practitioner.name',
    includes: 'PractitionerRole:practitioner',
  },
  Procedure: {
    interactions: 'history-instance read search-type vread',
    shall: 'patient patient+date',
    should: 'patient+status patient+code+date',
    several: 'code status',
    compared: 'date',
    revIncludes: 'Provenance:target',
  },
  Provenance: {
    interactions: 'history-instance read vread',
  },
  Questionnaire: {
    interactions: 'read vread',
  },
  QuestionnaireResponse: {
    interactions: 'history-instance read search-type vread',
    shall: '_id patient',
    should: 'patient+authored patient+questionnaire patient+status',
    several: 'status',
    compared: 'authored',
    revIncludes: 'Provenance:target',
  },
  RelatedPerson: {
    interactions: 'history-instance read search-type vread',
    shall: '_id',
    should: 'name patient patient+name',
    revIncludes: 'Provenance:target',
  },
  ServiceRequest: {
    interactions: 'history-instance read vread',
    shall: '_id patient patient+category patient+code patient+category+authored',
    should: 'patient+status patient+code+authored',
    several: 'code status',
    compared: 'authored',
    revIncludes: 'Provenance:target',
  },
  Specimen: {
    interactions: 'history-instance read vread',
    shall: '_id',
    should: 'patient',
  },
}
