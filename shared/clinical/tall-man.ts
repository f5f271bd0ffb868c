/**
 * Look-alike drug names with their recommended tall-man letters. Source: FDA and ISMP Lists of Look-Alike Drug Names with
 * Recommended Tall Man Letters (ISMP; https://www.ismp.org/recommendations/tall-man-letters-list).
 * The FDA's established names first, then ISMP's additions, then the brand names of that list.
 *
 * Compared: the FDA's names from acetaZOLAMIDE to glyBURIDE with ISMP's public page of the list of 2023, and the sixty-odd names of ISMP's
 * list of 2011 with reprints of it. The whole list of 2023 is given to who registers there: what was added since 2011 is from memory of it.
 */
const names = `
acetaZOLAMIDE acetoHEXAMIDE buPROPion busPIRone chlorproMAZINE chlorproPAMIDE clomiPHENE clomiPRAMINE cycloSERINE cycloSPORINE
DAUNOrubicin DOXOrubicin dimenhyDRINATE diphenhydrAMINE DOBUTamine DOPamine glipiZIDE glyBURIDE hydrALAZINE hydrOXYzine
HYDROmorphone medroxyPROGESTERone methylPREDNISolone methylTESTOSTERone niCARdipine NIFEdipine prednisoLONE predniSONE
sulfADIAZINE sulfiSOXAZOLE TOLAZamide TOLBUTamide vinBLAStine vinCRIStine

ALPRAZolam aMILoride amLODIPine ARIPiprazole azaCITIDine azaTHIOprine carBAMazepine CARBOplatin ceFAZolin cefoTEtan cefOXitin
cefTAZidime cefTRIAXone chlordiazePOXIDE CISplatin cloBAZam clonazePAM cloNIDine cloZAPine cycloPHOSphamide DACTINomycin
DAPTOmycin dexAMETHasone dexmedeTOMIDine diazePAM dilTIAZem DOCEtaxel DULoxetine ePHEDrine EPINEPHrine epiRUBicin eriBULin
fentaNYL flavoxATE FLUoxetine fluvoxaMINE guaiFENesin guanFACINE hydroCHLOROthiazide HYDROcodone HYDROXYprogesterone
IDArubicin idaruCIZUmab inFLIXimab ISOtretinoin lamiVUDine lamoTRIgine levETIRAcetam levOCARNitine levoFLOXacin LORazepam
metFORMIN methazolAMIDE methIMAzole metOLazone metroNIDAZOLE metyraPONE metyroSINE miFEPRIStone miSOPROStol mitoMYcin
mitoXANTRONE niMODipine OLANZapine OXcarbazepine oxyCODONE oxyMORphone PACLitaxel PARoxetine PAZOPanib PEMEtrexed penicillAMINE
PENTobarbital PHENobarbital PONATinib PRALAtrexate QUEtiapine quiNIDine quiNINE RABEprazole raNITIdine rifAMPin rifAXIMin
riMANTAdine risperiDONE riTUXimab romiDEPsin romiPLOStim rOPINIRole SAXagliptin SITagliptin SORAfenib SUFentanil sulfaSALAzine
SUMAtriptan SUNItinib tiaGABine tiZANidine traMADol traZODone valACYclovir valGANciclovir ZOLMitriptan

CeleBREX CeleXA HumaLOG HumuLIN KlonoPIN LaMICtal LamISIL NexAVAR NexIUM NovoLIN NovoLOG OxyCONTIN PriLOSEC PROzac SandIMMUNE
SandoSTATIN SEROquel SINEquan TEGretol TRENtal ZyPREXA ZyrTEC
`

const byName = new Map(names.trim().split(/\s+/).map((name) => [name.toLowerCase(), name] as const))

/**
 * The name with tall-man letters where the list has them, each word by itself. No other letter is touched, nothing is
 * added or left out: compared without case, the name is what it was.
 */
export function tallMan(name: string): string {
  return name.replace(/\p{L}+/gu, (word) => byName.get(word.toLowerCase()) ?? word)
}
