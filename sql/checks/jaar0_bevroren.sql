-- ernst:    fout
-- doel:     Jaar 0 staat vast: wat in de vorige publicatie is vastgesteld en wat in de nota is gedrukt, verandert niet.
-- getoetst: vastgesteld naast gedrukt en naast de vorige publicatie
-- telt:     vastgesteld
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: jaar 0 zoals het was gedrukt of gepubliceerd, en zoals het nu is vastgesteld
--   bevinding | wat er is gevonden, in woorden
SELECT concat('gedrukt ', g.reeks) AS sleutel,
       concat(g.waarde, ' -> ', v.waarde) AS stand,
       concat('jaar 0 van ', g.reeks, ' is vastgesteld op ', v.waarde, ' en gedrukt als ', g.waarde) AS bevinding
FROM gedrukt AS g
CROSS JOIN beleid AS b
JOIN vastgesteld AS v ON v.reeks = g.reeks
WHERE g.jaar = b.basisjaar
  AND g.waarde <> v.waarde
UNION ALL
SELECT concat('vorige ', o.reeks) AS sleutel,
       concat(o.waarde_vastgesteld, ' -> ', coalesce(CAST(v.waarde AS VARCHAR), 'verdwenen')) AS stand,
       concat('jaar 0 van ', o.reeks, ' was ', o.waarde_vastgesteld, ' in de vorige publicatie en is nu ',
              coalesce(CAST(v.waarde AS VARCHAR), 'verdwenen')) AS bevinding
FROM ruw_vorige_nulmeting AS o
LEFT JOIN vastgesteld AS v ON v.reeks = o.reeks
WHERE o.waarde_vastgesteld IS NOT NULL
  AND (v.waarde IS NULL OR v.waarde <> o.waarde_vastgesteld)
