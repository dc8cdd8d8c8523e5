-- doel:    Welke cijfers van wijken en buurten dicht blijven, zodat geen klein aantal uit de andere is te berekenen.
-- korrel:  een rij per wijk of buurt, reeks en periode
-- sleutel: regio_code, reeks, tot_jaar
-- kolommen:
--   niveau     | wijk of buurt
--   groep      | waar de regio's samen op uitkomen: de gemeente van een wijk, de wijk van een buurt
--   regio_code | wijk of buurt
--   reeks      | sleutel van de reeks
--   van_jaar   | eerste jaar van de periode
--   tot_jaar   | laatste jaar van de periode
--   waarde     | aantal, ook waar het dicht blijft
--   uitkomst   | waarde, kleiner_dan_drempel, verborgen, niet_gepubliceerd of ontbreekt
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH geteld AS (
    -- Waar de regio's van een groep op uitkomen is bekend: de gemeente van dezelfde tabel min wat bij geen wijk staat. Dus blijven naast
    -- de kleine aantallen de laatste regio's dicht, geteld vanaf achteren: zoveel als nodig zijn om samen met de kleine op tweemaal de drempel min een uit te komen. De volgorde is
    -- die van de codes en hangt van geen aantal af. Zo kan elk klein aantal nog elke waarde onder de drempel zijn, ook voor wie deze
    -- regel kent. Blijven alle regio's dicht, dan is de som zelf kleiner dan dat. Een proef met alle mogelijke tabellen houdt dit bij.
    SELECT t.niveau,
           t.groep,
           t.regio_code,
           t.reeks,
           t.van_jaar,
           t.tot_jaar,
           t.waarde,
           t.reden,
           t.bron,
           t.peildatum,
           k.wijk_drempel AS drempel,
           coalesce(t.waarde < k.wijk_drempel, false) AS klein,
           row_number() OVER (PARTITION BY t.groep, t.reeks, t.tot_jaar ORDER BY t.regio_code DESC) AS van_achter
    FROM wijktelling AS t
    CROSS JOIN conventie AS k
    WHERE NOT t.is_totaal
),
per_groep AS (
    SELECT groep,
           reeks,
           tot_jaar,
           count(*) FILTER (WHERE klein) AS kleine,
           coalesce(sum(waarde) FILTER (WHERE klein), 0) AS som_kleine,
           count(*) FILTER (WHERE waarde IS NULL) AS zonder_waarde
    FROM geteld
    GROUP BY groep, reeks, tot_jaar
),
met_de_laatste AS (
    SELECT g.groep,
           g.reeks,
           g.tot_jaar,
           g.van_achter,
           p.som_kleine + sum(CASE WHEN g.klein THEN 0 ELSE g.waarde END)
               OVER (PARTITION BY g.groep, g.reeks, g.tot_jaar ORDER BY g.van_achter) >= 2 * g.drempel - 1 AS genoeg
    FROM geteld AS g
    JOIN per_groep AS p ON p.groep = g.groep AND p.reeks = g.reeks AND p.tot_jaar = g.tot_jaar
),
staart AS (
    SELECT groep,
           reeks,
           tot_jaar,
           min(van_achter) AS lengte
    FROM met_de_laatste
    WHERE genoeg
    GROUP BY groep, reeks, tot_jaar
)
SELECT g.niveau,
       g.groep,
       g.regio_code,
       g.reeks,
       g.van_jaar,
       g.tot_jaar,
       g.waarde,
       CASE
           WHEN g.waarde IS NULL THEN g.reden
           -- Ontbreekt er een, dan is niet bekend wat de rest verraadt.
           WHEN p.zonder_waarde > 0 THEN 'verborgen'
           WHEN p.kleine = 0 THEN 'waarde'
           WHEN g.van_achter <= coalesce(s.lengte, g.van_achter) THEN 'verborgen'
           WHEN g.klein THEN 'kleiner_dan_drempel'
           ELSE 'waarde'
       END AS uitkomst,
       g.bron,
       g.peildatum
FROM geteld AS g
JOIN per_groep AS p ON p.groep = g.groep AND p.reeks = g.reeks AND p.tot_jaar = g.tot_jaar
LEFT JOIN staart AS s ON s.groep = g.groep AND s.reeks = g.reeks AND s.tot_jaar = g.tot_jaar
