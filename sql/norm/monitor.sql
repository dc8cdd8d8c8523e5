-- doel:    Uitkomsten van enquetes onder inwoners, uit de nota of uit het register.
-- korrel:  een rij per indicator, instrument en jaar
-- sleutel: indicator, instrument, jaar
-- kolommen:
--   indicator         | sleutel van de vraag
--   naam              | de vraag zoals afgedrukt
--   instrument        | de enquete; uitkomsten van twee instrumenten worden nooit vergeleken
--   jaar              | jaar van de meting
--   waarde            | uitkomst, in de eenheid
--   eenheid           | %, rapportcijfer, schaalscore of procentpunt
--   soort             | aandeel, rapportcijfer, schaalscore of saldo
--   n                 | aantal deelnemers, leeg als het niet bekend is
--   standaardafwijking | spreiding van een rapportcijfer, leeg als ze niet bekend is
--   ontwerpeffect     | hoeveel keer de variantie groter is dan bij een aselecte steekproef
--   richting          | welke kant beter is
--   reden             | waarde of ontbreekt
--   status            | gedrukt_in_nota, of definitief voor wat wordt bijgehouden
--   bron              | nota of register
--   peildatum         | de dag waarop de raad de nota vaststelde, of het einde van het jaar van de meting
--   regel             | regel van de nota
SELECT m.indicator,
       m.naam,
       m.instrument,
       m.jaar,
       m.waarde,
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
