-- ernst:    waarschuwing
-- doel:     Een nieuwere versie op een andere gemeentelijke indeling wordt pas gebruikt als het pijplijnbestand die indeling noemt.
-- getoetst: alle volledige versies naast de indeling van de bron
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(c.bron, ' ', c.peildatum) AS sleutel,
       concat('de versie van ', c.peildatum, ' van ', c.bron, ' staat op de indeling van ', max(c.indeling), ', de pijplijn op die van ', max(b.indeling)) AS bevinding
FROM optelcontrole AS c
JOIN bronnen AS b ON b.bron = c.bron
WHERE c.volledig
  AND c.indeling <> b.indeling
GROUP BY c.bron, c.peildatum
