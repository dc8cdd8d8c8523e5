-- ernst:    fout
-- doel:     De rijen van een regio moeten optellen tot het totaal van de bron; alleen dan is leeg nul.
-- getoetst: elke regio en elk jaar van elke volledige versie, zie optelcontrole
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(o.regio_code, ' ', o.periode_code, ' ', o.peildatum) AS sleutel,
       concat(o.regio_code, ' over ', o.periode_code, ': de rijen tellen op tot ', o.som, ', het totaal is ', coalesce(CAST(o.totaal AS VARCHAR), 'leeg')) AS bevinding
FROM optelcontrole AS o
JOIN periode AS p ON p.periode_code = o.periode_code AND p.soort = 'jaar'
WHERE o.uitkomst = 'sluit niet'
