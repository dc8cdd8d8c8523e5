-- doel:    Metingen die met de hand worden bijgehouden, met hun bewijs.
-- korrel:  een rij per meting
-- sleutel: meting
-- kolommen:
--   meting      | sleutel van de meting
--   doel        | het doel waar de meting over gaat, leeg als ze alleen achtergrond is
--   onderwerp   | wat er gemeten is
--   stand       | meting, gestart, gereed of nvt (voorwaarde niet vervuld)
--   datum       | dag waarop de meting geldt, leeg als die niet bekend is
--   datum_tekst | de datum in de woorden van de bron
--   waarde      | getal in de eenheid; leeg (geheim) waar het over minder gevallen gaat dan de afspraak toelaat
--   noemer      | aantal gevallen waarop een percentage berust, leeg als het er geen is
--   eenheid     | eenheid van waarde
--   tekst       | de meting in woorden
--   bewijs      | verwijzing naar het stuk dat de meting bewijst; zonder bewijs telt een meting niet
--   opsteller   | wie de meting heeft opgeschreven
--   reden       | waarde of ontbreekt
--   status      | gedrukt_in_nota, of definitief voor wat wordt bijgehouden
--   bron        | nota of register
--   peildatum   | de dag waarop de meting bekend werd
--   regel       | regel van de nota
WITH klein AS (
    SELECT m.meting,
           coalesce(m.noemer < k.noemer_minimum, false) AS verborgen
    FROM register_metingen AS m
    CROSS JOIN conventie AS k
)
SELECT m.meting,
       m.doel,
       m.onderwerp,
       m.stand,
       m.datum,
       m.datum_tekst,
       CASE WHEN NOT d.verborgen THEN m.waarde END AS waarde,
       CASE WHEN NOT d.verborgen THEN m.noemer END AS noemer,
       m.eenheid,
       CASE WHEN NOT d.verborgen THEN m.tekst END AS tekst,
       m.bewijs,
       m.opsteller,
       CASE WHEN d.verborgen THEN 'geheim' WHEN m.waarde IS NULL THEN 'ontbreekt' WHEN m.waarde = 0 THEN 'nul' ELSE 'waarde' END AS reden,
       CASE WHEN m.regel IS NULL THEN 'definitief' ELSE 'gedrukt_in_nota' END AS status,
       CASE WHEN m.regel IS NULL THEN 'register' ELSE 'nota' END AS bron,
       CASE WHEN m.regel IS NULL THEN m.datum ELSE b.vastgesteld_op END AS peildatum,
       m.regel
FROM register_metingen AS m
JOIN klein AS d ON d.meting = m.meting
CROSS JOIN beleid AS b
