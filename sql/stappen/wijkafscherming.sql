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
-- De regio's van een groep tellen op tot een getal dat bekend is. Naast de kleine aantallen blijft daarom altijd de laatste regio
-- dicht; is die zelf het enige kleine, dan de laatste twee. Welke dat zijn hangt niet van hun aantal af: wie deze regel kent,
-- leert er niets uit. Tellen de dichte samen tot minder dan tweemaal de drempel min een, dan blijft de hele groep dicht. Zo kan
-- elk klein aantal nog elke waarde onder de drempel zijn. Een proef met alle mogelijke tabellen houdt dat bij.
WITH geteld AS (
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
           row_number() OVER (PARTITION BY t.groep, t.reeks, t.tot_jaar ORDER BY t.regio_code DESC) AS van_achter,
           min(CASE WHEN t.waarde IS NULL THEN 0 ELSE 1 END) OVER (PARTITION BY t.groep, t.reeks, t.tot_jaar) = 1 AS heel
    FROM wijktelling AS t
    CROSS JOIN conventie AS k
),
kleine AS (
    SELECT niveau,
           groep,
           regio_code,
           reeks,
           van_jaar,
           tot_jaar,
           waarde,
           reden,
           bron,
           peildatum,
           drempel,
           klein,
           van_achter,
           heel,
           max(CASE WHEN klein THEN 1 ELSE 0 END) OVER (PARTITION BY groep, reeks, tot_jaar) = 1 AS ergens_klein,
           max(CASE WHEN klein AND van_achter > 1 THEN 1 ELSE 0 END) OVER (PARTITION BY groep, reeks, tot_jaar) = 1 AS elders_klein
    FROM geteld
),
dichte AS (
    SELECT niveau,
           groep,
           regio_code,
           reeks,
           van_jaar,
           tot_jaar,
           waarde,
           reden,
           bron,
           peildatum,
           drempel,
           klein,
           van_achter,
           heel,
           ergens_klein,
           klein OR (ergens_klein AND (van_achter = 1 OR (van_achter = 2 AND NOT elders_klein))) AS dicht
    FROM kleine
),
samen AS (
    SELECT niveau,
           groep,
           regio_code,
           reeks,
           van_jaar,
           tot_jaar,
           waarde,
           reden,
           bron,
           peildatum,
           klein,
           van_achter,
           heel,
           dicht,
           ergens_klein
               AND sum(CASE WHEN dicht THEN waarde ELSE 0 END) OVER (PARTITION BY groep, reeks, tot_jaar) < 2 * drempel - 1 AS alles_dicht
    FROM dichte
)
SELECT niveau,
       groep,
       regio_code,
       reeks,
       van_jaar,
       tot_jaar,
       waarde,
       CASE
           WHEN waarde IS NULL THEN reden
           WHEN NOT heel OR alles_dicht THEN 'verborgen'
           WHEN klein AND van_achter > 1 THEN 'kleiner_dan_drempel'
           WHEN dicht THEN 'verborgen'
           ELSE 'waarde'
       END AS uitkomst,
       bron,
       peildatum
FROM samen
