-- doel:    Uitkomsten van enquetes onder inwoners, zoals de nota ze noemt.
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
--   status            | gedrukt_in_nota
--   bron              | nota
--   peildatum         | de dag waarop de raad de nota vaststelde
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
       'gedrukt_in_nota' AS status,
       'nota' AS bron,
       b.vastgesteld_op AS peildatum,
       m.regel
FROM register_monitor AS m
CROSS JOIN beleid AS b
