-- ernst:    fout
-- doel:     De rijen van een regio moeten optellen tot het totaal van de bron; alleen dan is leeg nul.
-- getoetst: elke regio, elk jaar en elke maand van elke volledige versie, en wat de maanden van een heel jaar overlaten voor de soorten die alleen per jaar verschijnen, zie optelcontrole
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(o.regio_code, ' ', o.periode_code, ' ', o.peildatum) AS sleutel,
       concat(o.regio_code, ' over ', o.periode_code, ': de rijen tellen op tot ', o.gepubliceerd, ', het totaal is ', coalesce(CAST(o.totaal AS VARCHAR), 'leeg')) AS bevinding
FROM optelcontrole AS o
LEFT JOIN periode AS p ON p.periode_code = o.periode_code
WHERE o.uitkomst = 'sluit niet'
  AND (coalesce(p.soort, '') <> 'maand' OR o.gepubliceerd > coalesce(o.totaal, 0) OR o.verborgen_jaar IS NULL OR o.maanden < 12)
UNION ALL
-- Van een heel jaar is niet te zeggen welke maand niet klopt: een bevinding voor alle twaalf.
SELECT concat(o.regio_code, ' ', p.jaar, ' maanden ', o.peildatum) AS sleutel,
       concat(o.regio_code, ' over ', p.jaar, ': de twaalf maanden laten ', max(o.rest_jaar), ' over voor de soorten zonder maandcijfers, het jaar heeft er ', max(o.verborgen_jaar)) AS bevinding
FROM optelcontrole AS o
JOIN periode AS p ON p.periode_code = o.periode_code AND p.soort = 'maand'
WHERE o.uitkomst = 'sluit niet'
  AND o.maanden = 12
  AND o.rest_jaar <> o.verborgen_jaar
GROUP BY o.regio_code, p.jaar, o.peildatum
