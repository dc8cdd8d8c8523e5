-- ernst:    fout
-- doel:     Een jaar van de eigen gemeente dat te ver van de jaren eromheen ligt, is waarschijnlijk niet heel geleverd of van een ander grondgebied. Ook wie het aanvaardt krijgt er geen oordeel over.
-- getoetst: het totaal van de misdrijven, het totaal en elke getelde soort overlast, en de inwoners van de eigen gemeente naast het laatste gewone jaar ervoor; grenzen: conventies niveau_* en inwoners_*
-- telt:     niveau AS n JOIN beleid AS b ON b.gemeente = n.regio_code
-- bron:     tabel in sleutel
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het aantal en waar het naast gelegd is
--   bevinding | wat er is gevonden, in woorden
SELECT concat(n.bron, ' ', n.soort_code, ' ', n.regio_code, ' ', n.jaar) AS sleutel,
       concat(n.waarde, ' naast ', n.tegen) AS stand,
       concat(b.gemeente_naam, ' over ', n.jaar, ' in ', n.bron, ', soort ', n.soort_code, ': ', n.waarde, ', en het laatste gewone jaar ernaast telt er ', n.tegen,
              CASE WHEN n.niveau = 0 THEN '; is dit een heel jaar?' ELSE '; het aantal blijft daarna op dat niveau' END,
              ' Een oordeel geven wij hier niet over') AS bevinding
FROM niveau AS n
JOIN beleid AS b ON b.gemeente = n.regio_code
WHERE n.is_sprong
UNION ALL
SELECT concat('inwoners ', i.regio_code, ' ', i.jaar) AS sleutel,
       concat(r.inwoners, ' inwoners (', i.peildatum, ')') AS stand,
       concat(b.gemeente_naam, ' over ', i.jaar, ' in ', i.bron, ': ', r.inwoners, ' inwoners: ', i.samenstelling, '; er is geen cijfer per inwoner') AS bevinding
FROM bevolking AS i
JOIN beleid AS b ON b.gemeente = i.regio_code
JOIN ruw_bevolking AS r ON r.regio_code = i.regio_code AND r.jaar = i.jaar
WHERE i.inwoners IS NULL AND r.inwoners IS NOT NULL
