-- doel:    De reeksen die onder de gemeente getoond mogen worden: per wijk een jaar, per buurt een vaste som van jaren. Nog zonder afscherming, en dus nooit gepubliceerd.
-- korrel:  een rij per wijk of buurt, reeks en periode
-- sleutel: regio_code, reeks, tot_jaar
-- kolommen:
--   niveau     | wijk of buurt
--   groep      | waar de regio's samen op uitkomen: de gemeente van een wijk, de wijk van een buurt
--   regio_code | wijk of buurt
--   reeks      | sleutel van de reeks
--   is_totaal  | of dit het totaal van de bron is, dat de andere reeksen bevat
--   van_jaar   | eerste jaar van de periode
--   tot_jaar   | laatste jaar van de periode
--   waarde     | aantal in de periode; leeg als een deel ontbreekt
--   reden      | waarde, niet_gepubliceerd of ontbreekt
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH delen AS (
    SELECT w.bron,
           w.reeks,
           count(*) AS delen,
           min(CASE w.niveau WHEN 'buurt' THEN 2 WHEN 'wijk' THEN 1 ELSE 0 END) AS diepte,
           max(r.vanaf_jaar) AS vanaf_jaar,
           bool_or(coalesce(s.is_totaal, false)) AS is_totaal
    FROM wijkregels AS w
    LEFT JOIN reeks AS r ON r.reeks = w.reeks
    LEFT JOIN ruw_wijksoort AS s ON s.bron = w.bron AND s.soort_code = w.soort_code
    GROUP BY w.bron, w.reeks
),
per_jaar AS (
    SELECT c.niveau,
           c.regio_code,
           d.reeks,
           d.is_totaal,
           c.jaar,
           CASE WHEN c.jaar >= coalesce(d.vanaf_jaar, c.jaar) AND count(c.waarde) = d.delen THEN sum(c.waarde) END AS waarde,
           c.jaar < coalesce(d.vanaf_jaar, c.jaar) OR max(CASE WHEN c.reden = 'niet_gepubliceerd' THEN 1 ELSE 0 END) = 1 AS niet_gepubliceerd,
           c.bron,
           max(c.peildatum) AS peildatum
    FROM wijkcijfers AS c
    JOIN wijkregels AS w ON w.bron = c.bron AND w.soort_code = c.soort_code
    JOIN delen AS d ON d.bron = w.bron AND d.reeks = w.reeks
    WHERE (c.niveau = 'wijk' AND d.diepte >= 1)
       OR (c.niveau = 'buurt' AND d.diepte = 2 AND NOT d.is_totaal)
    GROUP BY c.niveau, c.regio_code, d.reeks, d.is_totaal, d.delen, d.vanaf_jaar, c.jaar, c.bron
),
-- Vaste vensters, geteld vanaf jaar 0: schuivende sommen zouden van elkaar af te trekken zijn.
vensters AS (
    SELECT j.jaar - CAST(k.wijk_som_jaren AS INTEGER) + 1 AS van_jaar,
           j.jaar AS tot_jaar,
           CAST(k.wijk_som_jaren AS BIGINT) AS jaren
    FROM (SELECT DISTINCT jaar FROM wijkcijfers) AS j
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS k
    WHERE floor((j.jaar - b.basisjaar) / k.wijk_som_jaren) = (j.jaar - b.basisjaar) / k.wijk_som_jaren
),
per_venster AS (
    SELECT p.regio_code,
           p.reeks,
           v.van_jaar,
           v.tot_jaar,
           CASE WHEN count(p.waarde) = v.jaren THEN sum(p.waarde) END AS waarde,
           max(CASE WHEN p.niet_gepubliceerd THEN 1 ELSE 0 END) = 1 AS niet_gepubliceerd,
           p.bron,
           max(p.peildatum) AS peildatum
    FROM per_jaar AS p
    JOIN vensters AS v ON p.jaar BETWEEN v.van_jaar AND v.tot_jaar
    WHERE p.niveau = 'buurt'
    GROUP BY p.regio_code, p.reeks, v.van_jaar, v.tot_jaar, v.jaren, p.bron
    HAVING count(*) = v.jaren
),
samen AS (
    SELECT 'wijk' AS niveau,
           regio_code,
           reeks,
           is_totaal,
           jaar AS van_jaar,
           jaar AS tot_jaar,
           waarde,
           niet_gepubliceerd,
           bron,
           peildatum
    FROM per_jaar
    WHERE niveau = 'wijk'
    UNION ALL
    SELECT 'buurt' AS niveau,
           regio_code,
           reeks,
           false AS is_totaal,
           van_jaar,
           tot_jaar,
           waarde,
           niet_gepubliceerd,
           bron,
           peildatum
    FROM per_venster
)
SELECT niveau,
       CASE niveau WHEN 'wijk' THEN concat('GM', substr(regio_code, 3, 4)) ELSE concat('WK', substr(regio_code, 3, 6)) END AS groep,
       regio_code,
       reeks,
       is_totaal,
       van_jaar,
       tot_jaar,
       CAST(waarde AS BIGINT) AS waarde,
       CASE WHEN waarde IS NOT NULL THEN 'waarde' WHEN niet_gepubliceerd THEN 'niet_gepubliceerd' ELSE 'ontbreekt' END AS reden,
       bron,
       peildatum
FROM samen
