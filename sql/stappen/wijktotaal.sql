-- doel:    Van welke wijken het totaal van alle misdrijven te zien is, zonder dat het een dicht aantal verder inperkt.
-- korrel:  een rij per wijk en jaar
-- sleutel: regio_code, tot_jaar
-- kolommen:
--   regio_code | wijk
--   reeks      | sleutel van de reeks die het totaal is
--   tot_jaar   | kalenderjaar
--   waarde     | aantal, ook waar het dicht blijft
--   uitkomst   | waarde, verborgen, niet_gepubliceerd of ontbreekt
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH dicht_per_reeks AS (
    -- Een totaal min wat te zien is, is wat er dicht is en de soorten die nergens per wijk staan. Het perkt de dichte aantallen niet in
    -- als er ruimte is voor alles wat zij hoogstens kunnen zijn, en nog een drempel voor die soorten. Hoeveel zij hoogstens kunnen zijn
    -- is uit de getoonde cijfers bekend. Waar die ruimte er niet is blijft het totaal dicht, en dan ook dat van de laatste wijken:
    -- zoveel als nodig zijn om de dichte totalen samen wel genoeg ruimte te geven, want hun som is te berekenen.
    SELECT groep,
           reeks,
           tot_jaar,
           coalesce(sum(waarde) FILTER (WHERE uitkomst <> 'waarde'), 0) AS som,
           count(waarde) AS gevuld
    FROM wijkafscherming
    WHERE niveau = 'wijk'
    GROUP BY groep, reeks, tot_jaar
),
per_wijk AS (
    SELECT a.regio_code,
           a.tot_jaar,
           sum(CASE WHEN a.uitkomst = 'waarde' THEN a.waarde ELSE 0 END) AS getoond,
           sum(CASE a.uitkomst WHEN 'kleiner_dan_drempel' THEN k.wijk_drempel - 1 WHEN 'verborgen' THEN d.som ELSE 0 END) AS hoogstens,
           max(CASE WHEN a.waarde IS NULL AND d.gevuld > 0 THEN 1 ELSE 0 END) AS deels_leeg
    FROM wijkafscherming AS a
    JOIN dicht_per_reeks AS d ON d.groep = a.groep AND d.reeks = a.reeks AND d.tot_jaar = a.tot_jaar
    CROSS JOIN conventie AS k
    WHERE a.niveau = 'wijk'
    GROUP BY a.regio_code, a.tot_jaar
),
ruimte AS (
    SELECT t.regio_code,
           t.reeks,
           t.tot_jaar,
           t.waarde,
           t.reden,
           t.bron,
           t.peildatum,
           t.waarde - coalesce(p.getoond, 0) - coalesce(p.hoogstens, 0) - k.wijk_drempel AS over,
           row_number() OVER (PARTITION BY t.tot_jaar ORDER BY t.regio_code DESC) AS van_achter,
           max(CASE WHEN t.waarde IS NULL OR p.deels_leeg = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY t.tot_jaar) AS onzeker
    FROM wijktelling AS t
    LEFT JOIN per_wijk AS p ON p.regio_code = t.regio_code AND p.tot_jaar = t.tot_jaar
    CROSS JOIN conventie AS k
    WHERE t.is_totaal
),
krap AS (
    SELECT tot_jaar,
           count(*) FILTER (WHERE over < 0) AS krappe,
           coalesce(sum(over) FILTER (WHERE over < 0), 0) AS tekort
    FROM ruimte
    GROUP BY tot_jaar
),
met_de_laatste AS (
    SELECT r.tot_jaar,
           r.van_achter,
           k.tekort + sum(CASE WHEN r.over < 0 THEN 0 ELSE r.over END) OVER (PARTITION BY r.tot_jaar ORDER BY r.van_achter) >= 0 AS genoeg
    FROM ruimte AS r
    JOIN krap AS k ON k.tot_jaar = r.tot_jaar
),
staart AS (
    SELECT tot_jaar,
           min(van_achter) AS lengte
    FROM met_de_laatste
    WHERE genoeg
    GROUP BY tot_jaar
)
SELECT r.regio_code,
       r.reeks,
       r.tot_jaar,
       r.waarde,
       CASE
           WHEN r.waarde IS NULL THEN r.reden
           WHEN r.onzeker = 1 THEN 'verborgen'
           WHEN k.krappe = 0 THEN 'waarde'
           WHEN r.over < 0 OR r.van_achter <= coalesce(s.lengte, r.van_achter) THEN 'verborgen'
           ELSE 'waarde'
       END AS uitkomst,
       r.bron,
       r.peildatum
FROM ruimte AS r
JOIN krap AS k ON k.tot_jaar = r.tot_jaar
LEFT JOIN staart AS s ON s.tot_jaar = r.tot_jaar
