-- ernst:    waarschuwing
-- doel:     Alle gemeenten samen hebben de inwoners van het land: bij het samenvoegen gaat niemand verloren en telt niemand dubbel.
-- getoetst: elk jaar waarvan het land een aantal heeft; is er een gemeente zonder aantal, dan alleen dat de andere niet meer zijn dan het land
-- telt:     bevolking WHERE left(regio_code, 2) = 'NL' AND inwoners IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de inwoners van alle gemeenten samen en die van het land
--   bevinding | wat er is gevonden, in woorden
WITH geteld AS (
    SELECT jaar,
           sum(inwoners) FILTER (WHERE left(regio_code, 2) = 'GM') AS gemeenten,
           count(*) FILTER (WHERE left(regio_code, 2) = 'GM' AND inwoners IS NULL) AS zonder_aantal,
           max(inwoners) FILTER (WHERE left(regio_code, 2) = 'NL') AS land
    FROM bevolking
    GROUP BY jaar
)
SELECT concat('inwoners ', CAST(jaar AS VARCHAR)) AS sleutel,
       concat(CAST(gemeenten AS VARCHAR), ' tegen ', CAST(land AS VARCHAR)) AS stand,
       concat(CAST(jaar AS VARCHAR), ': alle gemeenten samen hebben ', CAST(gemeenten AS VARCHAR),
              ' inwoners, het land ', CAST(land AS VARCHAR)) AS bevinding
FROM geteld
WHERE gemeenten > land
   OR (zonder_aantal = 0 AND gemeenten <> land)
