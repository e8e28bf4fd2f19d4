"""All formats, by name.  The command line and the window offer what is in this table."""

from gar_studio.formats import (
    captions_csv,
    coco_captions,
    conversations,
    dlc_bench,
    gar_bench,
    gar_training,
    labelme,
    png_masks,
    visual_genome,
    yolo,
)
from gar_studio.formats.coco import export_coco
from gar_studio.formats.coco_import import open_coco
from gar_studio.formats.gar_bench_reader import open_gar_bench
from gar_studio.formats.labelme_reader import open_labelme
from gar_studio.formats.png_reader import open_png
from gar_studio.formats.table import Format
from gar_studio.formats.yolo_reader import open_yolo
from gar_studio.language import mark

_ROWS: tuple[Format, ...] = (
    Format(
        name="coco",
        title=mark("COCO instances"),
        explanation=mark("Masks with holes and parts, captions, relations, questions and reviews."),
        suffix=".json",
        export=export_coco,
        open=open_coco,
    ),
    Format(
        name=coco_captions.NAME,
        title=mark("COCO captions"),
        explanation=mark("The captions of regions, with their boxes."),
        suffix=".json",
        export=coco_captions.export_coco_captions,
    ),
    Format(
        name=labelme.NAME,
        title=mark("labelme"),
        explanation=mark("A file for each image: masks with holes and parts, and captions."),
        suffix="",
        export=labelme.export_labelme,
        open=open_labelme,
    ),
    Format(
        name=yolo.NAME,
        title=mark("YOLO-seg"),
        explanation=mark(
            "Outlines and categories, with copies of the photos, as YOLO trains on them."
        ),
        suffix="",
        export=yolo.export_yolo,
        open=open_yolo,
    ),
    Format(
        name=png_masks.NAME,
        title=mark("PNG masks"),
        explanation=mark("Pictures of classes and of instances; each pixel holds one region."),
        suffix="",
        export=png_masks.export_png,
        open=open_png,
    ),
    Format(
        name=gar_training.NAME,
        title=mark("GAR and DAM training"),
        explanation=mark(
            "Masks with captions, relations and questions, as GAR is trained on them."
        ),
        suffix=".json",
        export=gar_training.export_gar_training,
    ),
    Format(
        name=conversations.NAME,
        title=mark("Conversations (LLaVA, Qwen-VL)"),
        explanation=mark("Captions, relations and questions; regions are boxes in the text."),
        suffix=".jsonl",
        export=conversations.export_conversations,
    ),
    Format(
        name=gar_bench.NAME,
        title=mark("GAR-Bench"),
        explanation=mark("Questions, multiple choice or not, and relations, with their masks."),
        suffix="",
        export=gar_bench.export_gar_bench,
        open=open_gar_bench,
    ),
    Format(
        name=dlc_bench.NAME,
        title=mark("DLC-Bench"),
        explanation=mark("Regions of the benchmark, with the captions that models wrote."),
        suffix=".json",
        open=dlc_bench.open_dlc_bench,
    ),
    Format(
        name=visual_genome.NAME,
        title=mark("Visual Genome"),
        explanation=mark("Boxes, relations and captions."),
        suffix="",
        export=visual_genome.export_visual_genome,
    ),
    Format(
        name=captions_csv.NAME,
        title=mark("Table of captions (CSV)"),
        explanation=mark("A row for each region: category, caption and box."),
        suffix=".csv",
        export=captions_csv.export_csv,
    ),
)

FORMATS: dict[str, Format] = {row.name: row for row in _ROWS}
