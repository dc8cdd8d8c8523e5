-- ernst:    fout
-- doel:     Een nieuwere versie die leeg is waar een oudere een getal had, wist een periode uit; dat is geen herziening.
-- getoetst: elke regio en periode van alle volledige versies; van een maand alleen wat meer was dan een gewone herziening kan wegnemen
-- telt:     misdrijven_versies WHERE bekend_tot IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: voor hoeveel regio's er geen getal is, en in welke versie
--   bevinding | wat er is gevonden, in woorden
SELECT concat(n.bron, ' ', n.periode_code) AS sleutel,
       concat(count(*), ' regio''s leeg (', n.peildatum, ')') AS stand,
       concat('de versie van ', n.peildatum, ' heeft over ', n.periode_code, ' voor ', count(*), ' regio''s geen enkel getal, een oudere versie wel') AS bevinding
FROM optelcontrole AS n
CROSS JOIN conventie AS k
LEFT JOIN periode AS p ON p.periode_code = n.periode_code
JOIN optelcontrole AS o
    ON o.bron = n.bron AND o.regio_code = n.regio_code AND o.periode_code = n.periode_code AND o.peildatum < n.peildatum
WHERE n.volledig
  AND n.met_waarde = 0
  AND o.met_waarde > 0
  -- Een kleine gemeente heeft maanden zonder misdrijf, en een misdrijf kan naar een andere maand verhuizen.
  AND (coalesce(p.soort, '') <> 'maand' OR greatest(coalesce(o.totaal, 0), o.som) > k.herziening_minimum)
GROUP BY n.bron, n.periode_code, n.peildatum
