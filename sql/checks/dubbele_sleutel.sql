-- ernst:    fout
-- doel:     Een bestand van de bron mag elke sleutel maar een keer bevatten.
-- getoetst: alle rijen van de politietabel uit bestanden van een deel; een stand die heel is opgehaald wordt met een dubbele rij niet gelezen
-- telt:     misdrijven_versies
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: hoe vaak de rij er staat, en in welk bestand
--   bevinding | wat er is gevonden, in woorden
SELECT concat(r.bron, ' ', r.soort_code, ' ', r.regio_code, ' ', r.periode_code) AS sleutel,
       concat(count(*), ' keer in ', b.naam) AS stand,
       concat(b.naam, ': ', r.soort_code, ' in ', r.regio_code, ' over ', r.periode_code, ' staat er ', count(*), ' keer, ook op regel ', max(r.regel)) AS bevinding
FROM ruw_misdrijven AS r
JOIN dubbelen AS d
    ON d.bron = r.bron AND d.peildatum = r.peildatum AND d.soort_code = r.soort_code
    AND d.regio_code = r.regio_code AND d.periode_code = r.periode_code
JOIN bestanden AS b ON b.bestand = r.bestand
GROUP BY r.bron, b.naam, r.soort_code, r.regio_code, r.periode_code
HAVING count(*) > 1
