-- ernst:    waarschuwing
-- doel:     De politie zette alle jaren op een nieuwe gemeentelijke indeling; wat daardoor verschilt is geen herziening.
-- getoetst: elk paar opeenvolgende versies op verschillende indelingen
-- telt:     (SELECT bekend_tot FROM misdrijven_versies UNION ALL SELECT bekend_tot FROM overlast_versies) WHERE bekend_tot IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: hoeveel cijfers van hoeveel regio's verschillen, en in welke versie
--   bevinding | wat er is gevonden, in woorden
SELECT concat(h.bron, ' ', h.oude_indeling, ' ', h.indeling) AS sleutel,
       concat(count(*), ' cijfers van ', count(DISTINCT h.regio_code), ' regio''s (', h.peildatum, ')') AS stand,
       concat(h.bron, ' van de indeling van ', h.oude_indeling, ' naar die van ', h.indeling, ' (', h.peildatum, '): ', count(*),
              ' cijfers van ', count(DISTINCT h.regio_code), ' regio''s verschillen') AS bevinding
FROM herziening AS h
WHERE h.herindeling
GROUP BY h.bron, h.peildatum, h.oude_indeling, h.indeling
