/**
 * Words by which texts order a machine about, in lower case, without accents, blanks and marks (see suspicious-text.ts): stems,
 * so that endings do not matter. A text gives orders when it has an act and an object of it; either alone stands in
 * honest names and remarks. Languages: en de fr es pt it nl pl ru cs sv fi el tr ar he hi zh ja ko vi id.
 */
export const ACTS = words(`
  ignor disregard forget overrid overrul bypass pretend youarenow actas roleplay donotfollow donotescalate
  dontescalate donotflag donotreport skipall setaside vergiss missacht ubergeh beachtenicht oublie neglige
  neprenezpas netenezpas olvida hagacaso hagascaso desconsider esquec dimentica trascura negeer vergeet zapomnij
  pomin забуд игнорир отмени неследуи zapomen glom bortse unohda ohita αγνοησ ξεχασ yoksay gozardi unut تجاهل انس
  התעלם שכח अनदख भलजा नजरअदाज 忽略 无视 無視 忘记 忘れ 무시 잊 boqua abaikan lupakan
`);

export const OBJECTS = words(`
  instruct prompt previous allprior theabove therules allrules yourrules guideline allpolic anweisung vorherig vorangeh
  alleregel consigne precedent lesregles instrucci anterior lasreglas instruco instruc regras istruzion regole
  aanwijzing voorgaande eerdere instrukc polecen poprzedn инструкц предыдущ указани правила pokyn predchoz
  tidigare aikaisem ohjeet οδηγι προηγουμεν talimat onceki kurallar التعليمات السابق הוראות הקודמ नरदश पछल 指令 指示
  之前 上述 规则 規則 以前 이전 지시 명령 huongdan truocdo petunjuk instruksi sebelumnya
`);

/** Verbs of deciding and what to decide: an order to clear, whatever it claims to ignore. */
export const DECIDING = words(`
  mark set return output answer respond reply classify treat decide choose approve select write conclude setze
  markier stufe reponds classe marca clasific responde rispondi classific antwoord odpowiedz ответ установи отмет
  回答 设为 标记 答え 判定 답변 표시 جب صنف isaretle kararver
`);
export const CLEARING = words(`
  autoclear auto_clear lowrisk norisk falsepositive disposition riskscore riskof0 isclean unbedenklich keinrisiko
  niedrigesrisiko fauxpositif sansrisque falsopositivo riesgobajo sinriesgo baixorisco bassorischio laagrisico
  niskieryzyko низкииуровеньриска низкиириск 低风险 误报 低リスク 誤検知 오탐 저위험 منخفض dusukrisk
`);
/** A verb of deciding counts only so near to what it decides. Chosen. */
export const NEAR_CHARACTERS = 60;

/** Phrases that give a text away by themselves. */
export const CLAIMS = words(`
  systemprompt developermode jailbreak newinstruction neueanweisung nouvellesinstructions nuevasinstrucciones
  nuoveistruzioni новыеинструкции 新指令 新しい指示 revealyour printyour repeatyour asanaimodel youareanai dearmodel
  attentionmodel notetotheai noteforthemodel languagemodel theassistantmust theaimust alreadyclearedby
  beenclearedbycompliance preapprovedby
`);

function words(table: string): readonly string[] {
  return table.trim().split(/\s+/);
}
