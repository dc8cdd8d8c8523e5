-- ernst:    fout
-- doel:     Een tabel mag niet krimpen: minder rijen dan in de vorige publicatie is een fout tot een mens haar aanvaardt.
-- getoetst: het aantal rijen van elke tabel naast de vorige publicatie; van tabellen met regio's zolang de indeling gelijk is
-- telt:     misdrijven
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
WITH nieuwe_indeling AS (
    SELECT count(*) AS aantal
    FROM ruw_vorige_indeling AS v
    JOIN bronnen AS b ON b.bron = v.bron
    WHERE b.indeling <> v.indeling
)
SELECT o.tabel AS sleutel,
       concat('tabel ', o.tabel, ' heeft ', o.rijen, ' rijen en had er ', o.rijen_vorig) AS bevinding
FROM ruw_omvang AS o
CROSS JOIN nieuwe_indeling AS n
WHERE o.rijen < o.rijen_vorig
  -- Hoeveel bestanden een tabel vult, zegt niets over haar inhoud.
  AND o.tabel <> 'bestanden'
  -- Gemeenten die opgaan in een andere nemen hun rijen mee.
  AND (n.aantal = 0 OR o.tabel NOT IN ('misdrijven', 'overlast', 'bevolking', 'regio'))
