-- doel:    Inwoners op 1 januari, op het grondgebied dat de politietabel gebruikt; nooit over een grenswijziging heen.
-- korrel:  een rij per regio en jaar
-- sleutel: regio_code, jaar
-- kolommen:
--   regio_code      | gemeente, zie regio
--   jaar            | kalenderjaar; het getal geldt op 1 januari
--   inwoners        | inwoners op het grondgebied van de politietabel; leeg waar dat niet te bepalen is, of niet te vertrouwen
--   inwoners_eigen  | inwoners die de bron onder deze code noemt, op het grondgebied van toen; leeg in een jaar waarin het aantal niet te vertrouwen is
--   samenstelling   | zelf, som van voorgangers, of waarom er geen getal is: ook als het aantal te ver van de jaren ernaast ligt (conventies inwoners_ondergrens en inwoners_bovengrens), want het grondgebied is in alle jaren hetzelfde
--   reden           | waarde, nul of ontbreekt
--   status          | het woord van de bron
--   bron            | 37230ned tot en met 2018 (einde van het jaar ervoor), 03759ned vanaf 2019
--   peildatum       | de dag waarop de cijfers zo bekend waren
WITH reeksen AS (
    SELECT regio_code,
           array_agg(CAST(jaar AS DOUBLE)) AS jaren,
           array_agg(CAST(inwoners AS DOUBLE)) AS aantallen
    FROM ruw_bevolking
    WHERE inwoners > 0
    GROUP BY regio_code
),
gepeild AS (
    SELECT r.regio_code,
           unnest(r.jaren) AS jaar,
           unnest(level_number(r.jaren, r.aantallen, k.inwoners_ondergrens, k.inwoners_bovengrens, 1.0, k.niveau_jaren)) AS niveau
    FROM reeksen AS r
    CROSS JOIN conventie AS k
),
-- Verandert het niveau zonder dat het grondgebied verandert, dan gelden de jaren op het laatste.
geldend AS (
    SELECT regio_code,
           CAST(jaar AS INT) AS jaar,
           niveau,
           max(niveau) OVER (PARTITION BY regio_code) AS laatste
    FROM gepeild
),
geduid AS (
    SELECT r.regio_code,
           r.jaar,
           r.inwoners,
           r.inwoners_eigen,
           r.samenstelling,
           r.status,
           r.bron,
           r.peildatum,
           r.inwoners = 0 AS is_nul,
           coalesce(g.niveau <> g.laatste, false) AS wijkt_af
    FROM ruw_bevolking AS r
    LEFT JOIN geldend AS g ON g.regio_code = r.regio_code AND g.jaar = r.jaar
)
SELECT regio_code,
       jaar,
       CASE WHEN NOT wijkt_af AND inwoners > 0 THEN inwoners END AS inwoners,
       CASE WHEN NOT wijkt_af AND inwoners_eigen > 0 THEN inwoners_eigen END AS inwoners_eigen,
       CASE WHEN is_nul THEN 'de bron noemt 0 inwoners'
            WHEN wijkt_af THEN 'inwonertal te ver van de jaren ernaast'
            ELSE samenstelling END AS samenstelling,
       CASE WHEN is_nul THEN 'nul' WHEN inwoners IS NULL OR wijkt_af THEN 'ontbreekt' ELSE 'waarde' END AS reden,
       status,
       bron,
       peildatum
FROM geduid
