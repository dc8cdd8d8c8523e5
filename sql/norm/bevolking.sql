-- doel:    Inwoners op 1 januari, op het grondgebied dat de politietabel gebruikt; nooit over een grenswijziging heen.
-- korrel:  een rij per regio en jaar
-- sleutel: regio_code, jaar
-- kolommen:
--   regio_code      | gemeente, zie regio
--   jaar            | kalenderjaar; het getal geldt op 1 januari
--   inwoners        | inwoners op het grondgebied van de politietabel; leeg waar dat niet te bepalen is
--   inwoners_eigen  | inwoners die de bron onder deze code noemt, op het grondgebied van toen
--   samenstelling   | zelf, som van voorgangers, of waarom er geen getal is
--   reden           | waarde of ontbreekt
--   status          | het woord van de bron
--   bron            | 37230ned tot en met 2018 (einde van het jaar ervoor), 03759ned vanaf 2019
--   peildatum       | de dag waarop de cijfers zo bekend waren
SELECT regio_code,
       jaar,
       inwoners,
       inwoners_eigen,
       samenstelling,
       CASE WHEN inwoners IS NULL THEN 'ontbreekt' ELSE 'waarde' END AS reden,
       status,
       bron,
       peildatum
FROM ruw_bevolking
