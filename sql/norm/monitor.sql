-- doel:    Uitkomsten van enquetes onder inwoners: uit de nota, uit het register, of met hun marge uit een tabel van de bron.
-- korrel:  een rij per indicator, instrument, regio en jaar
-- sleutel: indicator, instrument, regio_code, jaar
-- kolommen:
--   indicator         | sleutel van de vraag
--   naam              | de vraag zoals afgedrukt
--   instrument        | de enquete; uitkomsten van twee instrumenten worden nooit vergeleken
--   regio_code        | de eigen gemeente, of het land waar de bron dat ernaast geeft
--   regio             | naam van de regio
--   jaar              | jaar van de meting
--   waarde            | uitkomst, in de eenheid
--   ondergrens        | ondergrens van het interval dat de bron erbij geeft, leeg waar zij er geen geeft
--   bovengrens        | bovengrens van het interval dat de bron erbij geeft
--   betrouwbaarheid   | hoe zeker dat interval is, in procent
--   eenheid           | %, rapportcijfer, schaalscore of procentpunt
--   soort             | aandeel, rapportcijfer, schaalscore of saldo
--   n                 | aantal deelnemers, leeg als het niet bekend is
--   standaardafwijking | spreiding van een rapportcijfer, leeg als ze niet bekend is
--   ontwerpeffect     | hoeveel keer de variantie groter is dan bij een aselecte steekproef
--   richting          | welke kant beter is
--   reden             | waarde, nul, geheim, onmogelijk of ontbreekt (de bron geeft geen uitkomst, zoals bij te weinig antwoorden)
--   status            | gedrukt_in_nota, het woord van de bron, of definitief voor wat wordt bijgehouden
--   bron              | nota, register of tabel van de bron
--   peildatum         | de dag waarop de raad de nota vaststelde, het einde van het jaar van de meting, of de stand van de tabel
--   regel             | regel van de nota
WITH gepubliceerd AS (
    SELECT v.indicator,
           v.naam,
           v.instrument,
           r.regio_code,
           r.regio,
           TRY_CAST(left(r.periode_code, 4) AS BIGINT) AS jaar,
           max(r.getal) FILTER (WHERE r.marge = 'waarde') AS waarde,
           max(r.getal) FILTER (WHERE r.marge = 'ondergrens') AS ondergrens,
           max(r.getal) FILTER (WHERE r.marge = 'bovengrens') AS bovengrens,
           max(r.teken) FILTER (WHERE r.marge = 'waarde') AS teken,
           r.betrouwbaarheid,
           v.eenheid,
           v.soort,
           v.richting,
           r.status,
           r.bron,
           r.peildatum
    FROM ruw_enquete AS r
    JOIN monitor_vragen AS v ON v.bron = r.bron AND v.onderwerp = r.onderwerp
    -- Een ander soort periode telt niet mee, en een jaar dat nog liep ook niet: zie de controle perioden.
    WHERE regexp_like(r.periode_code, '^[1-9][0-9]{3}JJ00$')
      AND TRY_CAST(left(r.periode_code, 4) AS INT) < extract(YEAR FROM r.peildatum)
    GROUP BY v.indicator, v.naam, v.instrument, r.regio_code, r.regio, r.periode_code, r.betrouwbaarheid, v.eenheid, v.soort,
             v.richting, r.status, r.bron, r.peildatum
)
SELECT m.indicator,
       m.naam,
       m.instrument,
       b.gemeente AS regio_code,
       b.gemeente_naam AS regio,
       m.jaar,
       m.waarde,
       CAST(NULL AS DOUBLE) AS ondergrens,
       CAST(NULL AS DOUBLE) AS bovengrens,
       CAST(NULL AS DOUBLE) AS betrouwbaarheid,
       m.eenheid,
       m.soort,
       m.n,
       m.standaardafwijking,
       m.ontwerpeffect,
       m.richting,
       CASE WHEN m.waarde IS NULL THEN 'ontbreekt' ELSE 'waarde' END AS reden,
       CASE WHEN m.regel IS NULL THEN 'definitief' ELSE 'gedrukt_in_nota' END AS status,
       CASE WHEN m.regel IS NULL THEN 'register' ELSE 'nota' END AS bron,
       CASE WHEN m.regel IS NULL THEN make_date(CAST(m.jaar AS INT), 12, 31) ELSE b.vastgesteld_op END AS peildatum,
       m.regel
FROM register_monitor AS m
CROSS JOIN beleid AS b
UNION ALL
SELECT g.indicator,
       g.naam,
       g.instrument,
       g.regio_code,
       CASE WHEN g.regio_code = b.gemeente THEN b.gemeente_naam ELSE g.regio END AS regio,
       g.jaar,
       g.waarde,
       CASE WHEN g.waarde IS NOT NULL THEN g.ondergrens END AS ondergrens,
       CASE WHEN g.waarde IS NOT NULL THEN g.bovengrens END AS bovengrens,
       CASE WHEN g.waarde IS NOT NULL AND g.ondergrens IS NOT NULL AND g.bovengrens IS NOT NULL THEN g.betrouwbaarheid END AS betrouwbaarheid,
       g.eenheid,
       g.soort,
       CAST(NULL AS BIGINT) AS n,
       CAST(NULL AS DOUBLE) AS standaardafwijking,
       CAST(NULL AS DOUBLE) AS ontwerpeffect,
       g.richting,
       CASE
           WHEN g.waarde <> 0.0 THEN 'waarde'
           WHEN g.waarde = 0.0 THEN 'nul'
           WHEN g.teken IN ('geheim', 'onmogelijk') THEN g.teken
           ELSE 'ontbreekt'
       END AS reden,
       CASE g.status
           WHEN 'Definitief' THEN 'definitief'
           WHEN 'NaderVoorlopig' THEN 'nader_voorlopig'
           WHEN 'Voorlopig' THEN 'voorlopig'
       END AS status,
       g.bron,
       g.peildatum,
       CAST(NULL AS VARCHAR) AS regel
FROM gepubliceerd AS g
CROSS JOIN beleid AS b
