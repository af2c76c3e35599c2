* What an old wave looks like when it comes from a survey tool by way of SPSS: own variable names, own codes (8 and 9
* for missing), user-missing and system-missing values, options as 0 and 1, numbers and dates, Windows-1252.
* Made with PSPP 1.6.2: cd tests/edit/exchange/files && pspp old-wave.sps
SET LOCALE='windows-1252'.
DATA LIST LIST (';') /
  RESPID (F6.0) ORGNR (A12) STATUS (F1.0) ANSATTE (F8.1) Q1 (F1.0) Q1DATO (EDATE10) Q2 (F1.0)
  Q3_1 (F1.0) Q3_2 (F1.0) Q3_3 (F1.0) Q3_4 (F1.0) Q4_1 (F1.0) Q4_2 (F1.0)
  TID1 (F3.0) TID2 (F3.0) TID3 (F3.0) KOMM (A300) VEKT (F5.3).
BEGIN DATA
1;100 000 008;3;1250.5;1;29.02.2024;1;1;0;1;0;5;9;60;40;0;Vi følger på, det går bra på Værøy;1.000
2;100 000 016;3;99999;2;;3;;;;;3;1;;;;;1.000
3;100 000 040;3;12;1;;2;0;0;0;1;8;3;100;0;0;Små ressurser – «ikke aktuelt» å øke;1.250
4;100 000 059;3;0;9;;8;;;;;;;;;;;1.250
5;100 000 024;1;;;;;;;;;;;;;;;1.000
6;100 000 067;2;7;2;;1;0;1;0;0;1;5;;;;;1.000
END DATA.
VARIABLE LABELS RESPID 'Respondentnummer' /ORGNR 'Org.nr.' /STATUS 'Status'
  /ANSATTE 'antall  årsverk ' /Q1 'Har virksomheten en strategi for digitale tjenester?'
  /Q1DATO 'Når ble strategien vedtatt?' /Q2 'Hvordan er de fleste av tjenestene deres?'
  /Q3_1 'Hva hindrer dere? - Det mangler penger' /Q3_2 'Hva hindrer dere? - Det mangler tid'
  /Q3_3 'Hva hindrer dere? - Det mangler kompetanse' /Q3_4 'Hva hindrer dere? - Ingenting hindrer oss'
  /Q4_1 'Hvor enige er dere i disse påstandene?: Brukerne kommer først hos oss'
  /Q4_2 'Hvor enige er dere i disse påstandene?: Vi deler data med andre'
  /TID1 'Drift' /TID2 'Utvikling' /TID3 'Brukerstøtte'
  /KOMM 'Er det noe mer dere vil fortelle?' /VEKT 'Vekt'.
VALUE LABELS STATUS 1 'Distribuert' 2 'Noen svar' 3 'Gjennomført'
  /ANSATTE 99999 'VET IKKE'
  /Q1 1 'Ja' 2 'nei ' 9 'Vet  ikke'
  /Q2 1 'På papir' 2 'Digitalt skjema' 3 'Tjenesten kjenner deg' 8 'Vet ikke' 9 'Ubesvart'
  /Q3_1 TO Q3_4 0 'Ikke valgt' 1 'Valgt'
  /Q4_1 Q4_2 1 'Uenig' 3 'Verken eller' 5 'Enig' 8 'Ikke relevant' 9 'vet ikke'.
MISSING VALUES ANSATTE (99999) /Q1 (9) /Q2 (8, 9) /Q4_1 Q4_2 (8, 9).
VARIABLE LEVEL Q1 Q2 Q3_1 TO Q3_4 (NOMINAL) /Q4_1 Q4_2 (ORDINAL) /ANSATTE VEKT (SCALE).
SAVE OUTFILE='old-wave.sav' /COMPRESSED.
