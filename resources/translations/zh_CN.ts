<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
<name>GarStudio</name>
<message>
<source># offers the regions of this image</source>
<translation>输入 # 可选择此图像的区域</translation>
</message>
<message>
<source>#n stands for the selected regions. What is in [brackets] is filled in each time.</source>
<translation>#n 代表选中的区域。[方括号] 中的内容每次提问时填写。</translation>
</message>
<message>
<source>&amp;About GAR Studio</source>
<translation>关于 GAR Studio(&amp;A)</translation>
</message>
<message>
<source>&amp;Accept mask</source>
<translation>接受掩码(&amp;A)</translation>
</message>
<message>
<source>&amp;Actual size</source>
<translation>实际大小(&amp;A)</translation>
</message>
<message>
<source>&amp;Approve region</source>
<translation>通过区域(&amp;A)</translation>
</message>
<message>
<source>&amp;Avoid other regions</source>
<translation>避开其他区域(&amp;A)</translation>
</message>
<message>
<source>&amp;Back up project…</source>
<translation>备份项目(&amp;B)…</translation>
</message>
<message>
<source>&amp;Box</source>
<translation>框(&amp;B)</translation>
</message>
<message>
<source>&amp;Check project…</source>
<translation>检查项目(&amp;C)…</translation>
</message>
<message>
<source>&amp;Commands…</source>
<translation>命令(&amp;C)…</translation>
</message>
<message>
<source>&amp;Crosshair</source>
<translation>十字线(&amp;C)</translation>
</message>
<message>
<source>&amp;Dark</source>
<translation>深色(&amp;D)</translation>
</message>
<message>
<source>&amp;Delete regions</source>
<translation>删除区域(&amp;D)</translation>
</message>
<message>
<source>&amp;Delete…</source>
<translation>删除(&amp;D)…</translation>
</message>
<message>
<source>&amp;Describe</source>
<translation>描述(&amp;D)</translation>
</message>
<message>
<source>&amp;Drop islands</source>
<translation>去除孤岛(&amp;D)</translation>
</message>
<message>
<source>&amp;Edit</source>
<translation>编辑(&amp;E)</translation>
</message>
<message>
<source>&amp;Edit caption…</source>
<translation>编辑描述(&amp;E)…</translation>
</message>
<message>
<source>&amp;Edit outline</source>
<translation>编辑轮廓(&amp;E)</translation>
</message>
<message>
<source>&amp;English</source>
<translation>&amp;English</translation>
</message>
<message>
<source>&amp;Eraser</source>
<translation>橡皮擦(&amp;E)</translation>
</message>
<message>
<source>&amp;Export…</source>
<translation>导出(&amp;E)…</translation>
</message>
<message>
<source>&amp;File</source>
<translation>文件(&amp;F)</translation>
</message>
<message>
<source>&amp;Fill holes</source>
<translation>填充孔洞(&amp;F)</translation>
</message>
<message>
<source>&amp;Fit to window</source>
<translation>适合窗口(&amp;F)</translation>
</message>
<message>
<source>&amp;Flag region…</source>
<translation>标记区域(&amp;F)…</translation>
</message>
<message>
<source>&amp;Grow by 2 pixels</source>
<translation>扩大 2 像素(&amp;G)</translation>
</message>
<message>
<source>&amp;Help</source>
<translation>帮助(&amp;H)</translation>
</message>
<message>
<source>&amp;Hide region</source>
<translation>隐藏区域(&amp;H)</translation>
</message>
<message>
<source>&amp;Import…</source>
<translation>导入(&amp;I)…</translation>
</message>
<message>
<source>&amp;Intersect with the first</source>
<translation>与第一个求交(&amp;I)</translation>
</message>
<message>
<source>&amp;Keyboard shortcuts</source>
<translation>键盘快捷键(&amp;K)</translation>
</message>
<message>
<source>&amp;Larger brush</source>
<translation>增大画笔(&amp;L)</translation>
</message>
<message>
<source>&amp;Light</source>
<translation>浅色(&amp;L)</translation>
</message>
<message>
<source>&amp;Lock region</source>
<translation>锁定区域(&amp;L)</translation>
</message>
<message>
<source>&amp;Masks</source>
<translation>掩码(&amp;M)</translation>
</message>
<message>
<source>&amp;Merge into the first</source>
<translation>合并到第一个(&amp;M)</translation>
</message>
<message>
<source>&amp;Merge…</source>
<translation>合并(&amp;M)…</translation>
</message>
<message>
<source>&amp;Minimap</source>
<translation>缩略图(&amp;M)</translation>
</message>
<message>
<source>&amp;Next image</source>
<translation>下一张图像(&amp;N)</translation>
</message>
<message>
<source>&amp;Outline</source>
<translation>轮廓(&amp;O)</translation>
</message>
<message>
<source>&amp;Point</source>
<translation>点(&amp;P)</translation>
</message>
<message>
<source>&amp;Preview under the pointer</source>
<translation>指针下预览(&amp;P)</translation>
</message>
<message>
<source>&amp;Quit</source>
<translation>退出(&amp;Q)</translation>
</message>
<message>
<source>&amp;Redo</source>
<translation>重做(&amp;R)</translation>
</message>
<message>
<source>&amp;Redo {step}</source>
<translation>重做(&amp;R)：{step}</translation>
</message>
<message>
<source>&amp;Regions</source>
<translation>区域(&amp;R)</translation>
</message>
<message>
<source>&amp;Reject region…</source>
<translation>驳回区域(&amp;R)…</translation>
</message>
<message>
<source>&amp;Relate</source>
<translation>分析关系(&amp;R)</translation>
</message>
<message>
<source>&amp;Rename</source>
<translation>重命名(&amp;R)</translation>
</message>
<message>
<source>&amp;Select</source>
<translation>选择(&amp;S)</translation>
</message>
<message>
<source>&amp;Show all regions</source>
<translation>显示所有区域(&amp;S)</translation>
</message>
<message>
<source>&amp;Smooth border</source>
<translation>平滑边缘(&amp;S)</translation>
</message>
<message>
<source>&amp;Stop answering</source>
<translation>停止回答(&amp;S)</translation>
</message>
<message>
<source>&amp;Take verdict back</source>
<translation>撤回审核结论(&amp;T)</translation>
</message>
<message>
<source>&amp;Theme</source>
<translation>主题(&amp;T)</translation>
</message>
<message>
<source>&amp;Tools</source>
<translation>工具(&amp;T)</translation>
</message>
<message>
<source>&amp;Undo</source>
<translation>撤销(&amp;U)</translation>
</message>
<message>
<source>&amp;Undo {step}</source>
<translation>撤销(&amp;U)：{step}</translation>
</message>
<message>
<source>&amp;View</source>
<translation>视图(&amp;V)</translation>
</message>
<message>
<source>, </source>
<translation>，</translation>
</message>
<message>
<source>1 photo is linked again.</source>
<translation>已重新链接 1 张照片。</translation>
</message>
<message>
<source>1 photo is missing.</source>
<translation>缺少 1 张照片。</translation>
</message>
<message>
<source>1 photo is not the one that was labelled.</source>
<translation>有 1 张照片不是标注时的那张。</translation>
</message>
<message>
<source>1 photo is still missing.</source>
<translation>仍缺少 1 张照片。</translation>
</message>
<message>
<source>1 photo was moved or renamed.</source>
<translation>有 1 张照片被移动或重命名。</translation>
</message>
<message>
<source>8 and 4 bits are not possible on {device}.</source>
<translation>{device} 不支持 8 位和 4 位。</translation>
</message>
<message>
<source>8 and 4 bits need the package bitsandbytes, which cannot be loaded: {error}.</source>
<translation>8 位和 4 位需要 bitsandbytes 包，但它无法加载：{error}。</translation>
</message>
<message>
<source>&lt;b&gt;{title} {version}&lt;/b&gt;&lt;p&gt;Click objects, let SAM cut them out and GAR describe them, export COCO.&lt;p&gt;Code: Apache-2.0. Models have licences of their own.</source>
<translation>&lt;b&gt;{title} {version}&lt;/b&gt;&lt;p&gt;点击物体，由 SAM 分割、GAR 描述，再导出 COCO。&lt;p&gt;代码：Apache-2.0。模型各有自己的许可证。</translation>
</message>
<message>
<source>A .pth file with a SAM, a folder with config.json and *.safetensors, or a hub id such as HaochenWang/GAR-1B. Files are read as weights alone; no code in them is run. Or a server that runs “gar-studio serve”, by its address.</source>
<translation>含 SAM 的 .pth 文件、含 config.json 与 *.safetensors 的文件夹，或 HaochenWang/GAR-1B 之类的 hub 名称。文件只作为权重读取，其中的代码不会运行。也可以填写运行“gar-studio serve”的服务器地址。</translation>
</message>
<message>
<source>A backup cannot take the place of the project itself.</source>
<translation>备份不能取代项目本身。</translation>
</message>
<message>
<source>A brush needs a radius above 0, not {radius:g}.</source>
<translation>画笔半径必须大于 0，而不是 {radius:g}。</translation>
</message>
<message>
<source>A category cannot be merged with itself.</source>
<translation>类别不能与自身合并。</translation>
</message>
<message>
<source>A category needs a name.</source>
<translation>类别需要名称。</translation>
</message>
<message>
<source>A click on the sample scene gave {masks} masks; the best has {area:,} pixels and a score of {score:.2f}.</source>
<translation>在示例场景上点击一次得到 {masks} 个掩码；最好的一个有 {area:,} 像素，得分 {score:.2f}。</translation>
</message>
<message>
<source>A cluster needs Ray, which cannot be imported: {error}.</source>
<translation>集群需要 Ray，但无法导入它：{error}。</translation>
</message>
<message>
<source>A crash or a lack of memory ends the model alone, and never the window</source>
<translation>崩溃或内存不足只会结束模型，不会影响窗口</translation>
</message>
<message>
<source>A file for each image: masks with holes and parts, and captions.</source>
<translation>每张图像一个文件：带孔洞和多个部分的掩码，以及描述。</translation>
</message>
<message>
<source>A folder, a file, a hub id or a server</source>
<translation>文件夹、文件、hub 名称或服务器</translation>
</message>
<message>
<source>A grid of {count} points a side cannot be looked at.</source>
<translation>无法使用每边 {count} 个点的网格。</translation>
</message>
<message>
<source>A mask has another size than the photo ({width}×{height}).</source>
<translation>有一个掩码的尺寸与照片（{width}×{height}）不同。</translation>
</message>
<message>
<source>A mask has not two points and a picture.</source>
<translation>有一个掩码没有两个点和一张图片。</translation>
</message>
<message>
<source>A mask is empty.</source>
<translation>有一个掩码为空。</translation>
</message>
<message>
<source>A mask lies outside its image.</source>
<translation>有一个掩码在其图像之外。</translation>
</message>
<message>
<source>A mask needs at least one pixel; this one is {width}×{height}.</source>
<translation>掩码至少需要一个像素；此掩码为 {width}×{height}。</translation>
</message>
<message>
<source>A mask needs two dimensions, height and width; this has {ndim}.</source>
<translation>掩码需要高和宽两个维度；此掩码有 {ndim} 个。</translation>
</message>
<message>
<source>A mask of {width}×{height} pixels cannot be combined with one of {self_width}×{self_height}.</source>
<translation>{width}×{height} 像素的掩码不能与 {self_width}×{self_height} 的掩码组合。</translation>
</message>
<message>
<source>A mask of {width}×{height} pixels is larger than the {max_pixels:,} that are allowed.</source>
<translation>{width}×{height} 像素的掩码超过了允许的 {max_pixels:,} 像素。</translation>
</message>
<message>
<source>A newer version of GAR Studio made it; update to edit it.</source>
<translation>它由更新版本的 GAR Studio 创建；更新后才能编辑。</translation>
</message>
<message>
<source>A newer version of GAR Studio made “{name}”.</source>
<translation>“{name}”由更新版本的 GAR Studio 创建。</translation>
</message>
<message>
<source>A part of the name “{cleaned}” is empty.</source>
<translation>名称“{cleaned}”中有一部分为空。</translation>
</message>
<message>
<source>A photo comes as {png}, or as {raw} with its size.</source>
<translation>照片须以 {png} 发送，或以 {raw} 连同尺寸发送。</translation>
</message>
<message>
<source>A photo has (H, W, 3) uint8 pixels; these are {shape} {dtype}.</source>
<translation>照片应为 (H, W, 3) uint8 像素；这里是 {shape} {dtype}。</translation>
</message>
<message>
<source>A photo of {width}×{height} pixels has {expected:,} bytes; {found:,} came.</source>
<translation>{width}×{height} 像素的照片有 {expected:,} 字节，收到的是 {found:,} 字节。</translation>
</message>
<message>
<source>A process for the model cannot be started: {why}.</source>
<translation>无法为模型启动进程：{why}。</translation>
</message>
<message>
<source>A project keeps its answers itself.</source>
<translation>项目自身会保存其回答。</translation>
</message>
<message>
<source>A question needs a name for the menu.</source>
<translation>问题需要一个菜单名称。</translation>
</message>
<message>
<source>A region cannot be related to itself.</source>
<translation>区域不能与自身建立关系。</translation>
</message>
<message>
<source>A region of this question has been deleted.</source>
<translation>此问题中的一个区域已被删除。</translation>
</message>
<message>
<source>A region was given twice.</source>
<translation>有一个区域重复给出。</translation>
</message>
<message>
<source>A relation needs an object.</source>
<translation>关系需要客体。</translation>
</message>
<message>
<source>A relation needs two regions or more.</source>
<translation>关系需要两个或更多区域。</translation>
</message>
<message>
<source>A relation needs words between its regions.</source>
<translation>关系需要区域之间的词语。</translation>
</message>
<message>
<source>A row for each region: category, caption and box.</source>
<translation>每个区域一行：类别、描述和框。</translation>
</message>
<message>
<source>A run length of the mask is negative or larger than any image.</source>
<translation>掩码的某个游程长度为负数或大于任何图像。</translation>
</message>
<message>
<source>A scribble has no points.</source>
<translation>涂画中没有点。</translation>
</message>
<message>
<source>A scribble lies outside the {width}×{height} image.</source>
<translation>涂画在 {width}×{height} 的图像之外。</translation>
</message>
<message>
<source>A server that cuts out (gar-studio serve)</source>
<translation>负责抠图的服务器（gar-studio serve）</translation>
</message>
<message>
<source>A server that describes (gar-studio serve)</source>
<translation>负责描述的服务器（gar-studio serve）</translation>
</message>
<message>
<source>A server: photos are sent there when something is asked about them.</source>
<translation>服务器：就照片提问时，照片会发送到那里。</translation>
</message>
<message>
<source>A stroke needs a point.</source>
<translation>一笔至少需要一个点。</translation>
</message>
<message>
<source>A token has at least {count} plain characters.</source>
<translation>令牌至少要有 {count} 个普通字符。</translation>
</message>
<message>
<source>About {title}</source>
<translation>关于 {title}</translation>
</message>
<message>
<source>Accept</source>
<translation>接受</translation>
</message>
<message>
<source>Accept a&amp;ll masks</source>
<translation>接受所有掩码(&amp;L)</translation>
</message>
<message>
<source>Accept ans&amp;wers</source>
<translation>接受回答(&amp;W)</translation>
</message>
<message>
<source>Accept new file</source>
<translation>接受新文件</translation>
</message>
<message>
<source>Accept them on the model's page, and sign in with “hf auth login”.</source>
<translation>请在模型页面上接受条款，并用“hf auth login”登录。</translation>
</message>
<message>
<source>Accepted</source>
<translation>已通过</translation>
</message>
<message>
<source>Accepted answers that nobody changed: {share:.0%}.</source>
<translation>未经修改即接受的回答：{share:.0%}。</translation>
</message>
<message>
<source>Accepted {n} answer.</source>
<translation>已接受 {n} 个回答。</translation>
</message>
<message>
<source>Accepted {n} answer; {stale} left, because the mask has changed since.</source>
<translation>已接受 {n} 个回答；留下 {stale} 个，因为其掩码已改变。</translation>
</message>
<message>
<source>Accepted {n} answers.</source>
<translation>已接受 {n} 个回答。</translation>
</message>
<message>
<source>Accepted {n} answers; {stale} left, because the mask has changed since.</source>
<translation>已接受 {n} 个回答；留下 {stale} 个，因为其掩码已改变。</translation>
</message>
<message>
<source>Action</source>
<translation>操作</translation>
</message>
<message>
<source>Add</source>
<translation>添加</translation>
</message>
<message>
<source>Add a model of your own</source>
<translation>添加您自己的模型</translation>
</message>
<message>
<source>Add a model…</source>
<translation>添加模型…</translation>
</message>
<message>
<source>Add a question</source>
<translation>添加问题</translation>
</message>
<message>
<source>Add to the list</source>
<translation>加入列表</translation>
</message>
<message>
<source>Add to the object (point tool)</source>
<translation>添加到物体（点工具）</translation>
</message>
<message>
<source>All</source>
<translation>全部</translation>
</message>
<message>
<source>All is well with {what}. The file is sound, and every photo is the one labelled.</source>
<translation>{what} 一切正常。文件完好，所有照片都是标注时的照片。</translation>
</message>
<message>
<source>All keys are as they were at first.</source>
<translation>所有按键已恢复为最初的设置。</translation>
</message>
<message>
<source>All of this is in {path}</source>
<translation>全部内容见 {path}</translation>
</message>
<message>
<source>All others are in the project.</source>
<translation>其余文件都已在项目中。</translation>
</message>
<message>
<source>All regions</source>
<translation>所有区域</translation>
</message>
<message>
<source>All regions and texts were kept.</source>
<translation>所有区域和文字都已保留。</translation>
</message>
<message>
<source>Allow the download, or give a local folder.</source>
<translation>请允许下载，或指定本地文件夹。</translation>
</message>
<message>
<source>An answer needs at least one token.</source>
<translation>回答至少需要一个 token。</translation>
</message>
<message>
<source>An image of {width}×{height} pixels is too narrow for SAM.</source>
<translation>{width}×{height} 像素的图像对 SAM 来说太窄。</translation>
</message>
<message>
<source>An outline has too few or too many points.</source>
<translation>轮廓的点太少或太多。</translation>
</message>
<message>
<source>An outline has {count} numbers, but needs three points or more.</source>
<translation>轮廓有 {count} 个数字，但需要三个或更多点。</translation>
</message>
<message>
<source>An outline needs three points.</source>
<translation>轮廓需要三个点。</translation>
</message>
<message>
<source>Another window is working on this project; close it first.</source>
<translation>另一个窗口正在使用此项目；请先关闭它。</translation>
</message>
<message>
<source>Answer in your own words</source>
<translation>用您自己的话回答</translation>
</message>
<message>
<source>Answers of models</source>
<translation>模型的回答</translation>
</message>
<message>
<source>Apple graphics (mps)</source>
<translation>Apple 图形处理器 (mps)</translation>
</message>
<message>
<source>Arrows, pixel by pixel with Shift</source>
<translation>方向键，按住 Shift 逐像素移动</translation>
</message>
<message>
<source>As the &amp;system</source>
<translation>跟随系统(&amp;S)</translation>
</message>
<message>
<source>As the model was made</source>
<translation>按模型的原设置</translation>
</message>
<message>
<source>As&amp;k…</source>
<translation>提问(&amp;K)…</translation>
</message>
<message>
<source>Ask</source>
<translation>提问</translation>
</message>
<message>
<source>Ask a shorter question, or allow fewer tiles or fewer new tokens.</source>
<translation>请缩短问题，或减少图块数或新 token 数。</translation>
</message>
<message>
<source>Ask about the regions named, or the selected ones (Enter)</source>
<translation>就提到的区域或选中的区域提问 (Enter)</translation>
</message>
<message>
<source>Ask again to use it.</source>
<translation>要使用它，请再问一次。</translation>
</message>
<message>
<source>Ask again when it is back.</source>
<translation>等它恢复后再问。</translation>
</message>
<message>
<source>Ask again: the studio connects anew, or choose another model.</source>
<translation>请再问一次，程序会重新连接；或者换一个模型。</translation>
</message>
<message>
<source>Ask at once when it is chosen</source>
<translation>选择后立即提问</translation>
</message>
<message>
<source>Ask the same again</source>
<translation>重新提出同样的问题</translation>
</message>
<message>
<source>Ask: What colour is #1?</source>
<translation>提问：#1 是什么颜色？</translation>
</message>
<message>
<source>Asking the server…</source>
<translation>正在询问服务器…</translation>
</message>
<message>
<source>Assi&amp;gn category…</source>
<translation>指定类别(&amp;G)…</translation>
</message>
<message>
<source>Assign the category with that key</source>
<translation>指定对应该键的类别</translation>
</message>
<message>
<source>Assign the suggested category</source>
<translation>指定建议的类别</translation>
</message>
<message>
<source>Automatic</source>
<translation>自动</translation>
</message>
<message>
<source>Back up project</source>
<translation>备份项目</translation>
</message>
<message>
<source>Backed up to {name} (images: {images:,}, regions: {regions:,}).</source>
<translation>已备份到 {name}（图像：{images:,}，区域：{regions:,}）。</translation>
</message>
<message>
<source>Backing up</source>
<translation>正在备份</translation>
</message>
<message>
<source>Backspace</source>
<translation>退格</translation>
</message>
<message>
<source>Between small and large in exactness and time.</source>
<translation>精度和速度介于 small 与 large 之间。</translation>
</message>
<message>
<source>Boxes, relations and captions.</source>
<translation>框、关系和描述。</translation>
</message>
<message>
<source>Brief</source>
<translation>简短</translation>
</message>
<message>
<source>Bring both to the same version.</source>
<translation>请把两者更新到同一版本。</translation>
</message>
<message>
<source>Brus&amp;h</source>
<translation>画笔(&amp;H)</translation>
</message>
<message>
<source>Brush erases, eraser paints</source>
<translation>画笔擦除，橡皮擦涂画</translation>
</message>
<message>
<source>C&amp;olour…</source>
<translation>颜色(&amp;O)…</translation>
</message>
<message>
<source>COCO captions</source>
<translation>COCO captions</translation>
</message>
<message>
<source>COCO instances</source>
<translation>COCO instances</translation>
</message>
<message>
<source>Call less often.</source>
<translation>请降低调用频率。</translation>
</message>
<message>
<source>Cancel</source>
<translation>取消</translation>
</message>
<message>
<source>Cancel download</source>
<translation>取消下载</translation>
</message>
<message>
<source>Cancel: {what}</source>
<translation>取消：{what}</translation>
</message>
<message>
<source>Caption of #{number}</source>
<translation>#{number} 的描述</translation>
</message>
<message>
<source>Caption of region {number}</source>
<translation>区域 {number} 的描述</translation>
</message>
<message>
<source>Captions, relations and questions; regions are boxes in the text.</source>
<translation>描述、关系和问题；区域以框写在文本中。</translation>
</message>
<message>
<source>Categor&amp;ies…</source>
<translation>类别(&amp;I)…</translation>
</message>
<message>
<source>Categories</source>
<translation>类别</translation>
</message>
<message>
<source>Category of the selected regions</source>
<translation>选中区域的类别</translation>
</message>
<message>
<source>Category to merge into</source>
<translation>要合并到的类别</translation>
</message>
<message>
<source>Category {name}</source>
<translation>类别 {name}</translation>
</message>
<message>
<source>Category {other} has the same name; exports would mix them up.</source>
<translation>类别 {other} 与它同名；导出时会混淆。</translation>
</message>
<message>
<source>Category:</source>
<translation>类别：</translation>
</message>
<message>
<source>Cause</source>
<translation>原因</translation>
</message>
<message>
<source>Change keys</source>
<translation>更改按键</translation>
</message>
<message>
<source>Check its chat_template.jinja.</source>
<translation>请检查其 chat_template.jinja。</translation>
</message>
<message>
<source>Check network, proxy and disk. {again}</source>
<translation>请检查网络、代理和磁盘。{again}</translation>
</message>
<message>
<source>Check project</source>
<translation>检查项目</translation>
</message>
<message>
<source>Check that it is a GAR Studio project, or open a backup of it.</source>
<translation>请确认它是 GAR Studio 项目，或打开它的备份。</translation>
</message>
<message>
<source>Check that it is a file and that you may read it.</source>
<translation>请确认它是文件且您有读取权限。</translation>
</message>
<message>
<source>Check that it is a photo and that you may read it.</source>
<translation>请确认它是照片且您有读取权限。</translation>
</message>
<message>
<source>Check that the folder exists and that the disk is not full.</source>
<translation>请确认文件夹存在且磁盘未满。</translation>
</message>
<message>
<source>Check that the right format was chosen, and that the file is whole.</source>
<translation>请确认选择了正确的格式，且文件完整。</translation>
</message>
<message>
<source>Check that this is a COCO file and that it is whole.</source>
<translation>请确认这是 COCO 文件且完整。</translation>
</message>
<message>
<source>Check that you may read it.</source>
<translation>请确认您有读取权限。</translation>
</message>
<message>
<source>Check that you may read the file.</source>
<translation>请确认您有读取该文件的权限。</translation>
</message>
<message>
<source>Check the address.</source>
<translation>请检查地址。</translation>
</message>
<message>
<source>Check the checkpoint's chat template and token ids.</source>
<translation>请检查权重文件的对话模板和 token id。</translation>
</message>
<message>
<source>Check the checkpoint's config.json, or update timm and transformers.</source>
<translation>请检查权重文件的 config.json，或更新 timm 和 transformers。</translation>
</message>
<message>
<source>Check the drive; if the file is damaged, open a copy of it.</source>
<translation>请检查驱动器；如果文件已损坏，请打开它的副本。</translation>
</message>
<message>
<source>Check the folder, or put the token into GAR_STUDIO_TOKEN.</source>
<translation>请检查该文件夹，或把令牌放入 GAR_STUDIO_TOKEN。</translation>
</message>
<message>
<source>Check the name, and that you may read it.</source>
<translation>请检查名称，并确认您有读取权限。</translation>
</message>
<message>
<source>Check the name, or open a folder of images to begin a new one.</source>
<translation>请检查名称，或打开一个图像文件夹以新建项目。</translation>
</message>
<message>
<source>Check the name, or open another file.</source>
<translation>请检查名称，或打开其他文件。</translation>
</message>
<message>
<source>Check the name.</source>
<translation>请检查名称。</translation>
</message>
<message>
<source>Check the name; a batch takes a .garproj file, a folder or a .json file.</source>
<translation>请检查名称；批处理接受 .garproj 文件、文件夹或 .json 文件。</translation>
</message>
<message>
<source>Check the name; for a private model sign in with “hf auth login”.</source>
<translation>请检查名称；私有模型请用“hf auth login”登录。</translation>
</message>
<message>
<source>Check the network and the proxy. {again}</source>
<translation>请检查网络和代理。{again}</translation>
</message>
<message>
<source>Check the network and try again.</source>
<translation>请检查网络后重试。</translation>
</message>
<message>
<source>Check the path of the .pth file.</source>
<translation>请检查 .pth 文件的路径。</translation>
</message>
<message>
<source>Check the path, or give a hub id such as {example}.</source>
<translation>请检查路径，或给出 {example} 这样的 hub id。</translation>
</message>
<message>
<source>Checking answers</source>
<translation>检查回答</translation>
</message>
<message>
<source>Checking categories</source>
<translation>检查类别</translation>
</message>
<message>
<source>Checking ids</source>
<translation>检查 id</translation>
</message>
<message>
<source>Checking images</source>
<translation>检查图像</translation>
</message>
<message>
<source>Checking photos</source>
<translation>检查照片</translation>
</message>
<message>
<source>Checking regions</source>
<translation>检查区域</translation>
</message>
<message>
<source>Checking relations</source>
<translation>检查关系</translation>
</message>
<message>
<source>Checking the copy</source>
<translation>检查副本</translation>
</message>
<message>
<source>Checking the history</source>
<translation>检查历史</translation>
</message>
<message>
<source>Checking the project</source>
<translation>正在检查项目</translation>
</message>
<message>
<source>Checking the search</source>
<translation>检查搜索</translation>
</message>
<message>
<source>Checkpoints (*.pth);;All files (*)</source>
<translation>权重文件 (*.pth);;所有文件 (*)</translation>
</message>
<message>
<source>Choose SAM under Tools &gt; Models.</source>
<translation>请在“工具 &gt; 模型”中选择 SAM。</translation>
</message>
<message>
<source>Choose a COCO file, or a text file with one name a line.</source>
<translation>请选择 COCO 文件，或每行一个名称的文本文件。</translation>
</message>
<message>
<source>Choose a category, or type a new name and press Enter</source>
<translation>选择类别，或输入新名称后按 Enter</translation>
</message>
<message>
<source>Choose a checkpoint in the layout of the released GAR.</source>
<translation>请选择与已发布的 GAR 布局相同的权重文件。</translation>
</message>
<message>
<source>Choose a file of instances, such as instances_val.json.</source>
<translation>请选择实例文件，例如 instances_val.json。</translation>
</message>
<message>
<source>Choose a file to see what importing it would do.</source>
<translation>请选择文件以查看导入的结果。</translation>
</message>
<message>
<source>Choose a folder that you may write to.</source>
<translation>请选择您有写入权限的文件夹。</translation>
</message>
<message>
<source>Choose a folder with a GAR checkpoint.</source>
<translation>请选择含有 GAR 权重文件的文件夹。</translation>
</message>
<message>
<source>Choose a smaller model, or fewer bits.</source>
<translation>请选择更小的模型或更少的位数。</translation>
</message>
<message>
<source>Choose among the masks offered</source>
<translation>在提供的掩码中选择</translation>
</message>
<message>
<source>Choose another --port, or stop what uses this one.</source>
<translation>请换一个 --port，或停止占用该端口的程序。</translation>
</message>
<message>
<source>Choose another folder or free some disk space, then export again.</source>
<translation>请选择其他文件夹或腾出磁盘空间，然后重新导出。</translation>
</message>
<message>
<source>Choose another folder or free some disk space.</source>
<translation>请选择其他文件夹或腾出磁盘空间。</translation>
</message>
<message>
<source>Choose another folder, or free some disk space.</source>
<translation>请选择其他文件夹，或腾出磁盘空间。</translation>
</message>
<message>
<source>Choose another name, or merge the two categories.</source>
<translation>请选择其他名称，或合并这两个类别。</translation>
</message>
<message>
<source>Choose another name, such as one that ends in .json.</source>
<translation>请选择其他名称，例如以 .json 结尾的名称。</translation>
</message>
<message>
<source>Choose another name.</source>
<translation>请选择其他名称。</translation>
</message>
<message>
<source>Choose another region for one of them.</source>
<translation>请为其中之一选择其他区域。</translation>
</message>
<message>
<source>Choose folder…</source>
<translation>选择文件夹…</translation>
</message>
<message>
<source>Choose one of the types {families}, such as {example}.</source>
<translation>请选择 {families} 中的一种，例如 {example}。</translation>
</message>
<message>
<source>Choose one of {known}.</source>
<translation>请选择 {known} 之一。</translation>
</message>
<message>
<source>Choose one region or more.</source>
<translation>请选择一个或多个区域。</translation>
</message>
<message>
<source>Choose some categories or images, or another format.</source>
<translation>请选择部分类别或图像，或其他格式。</translation>
</message>
<message>
<source>Choose some categories, or merge some.</source>
<translation>请选择部分类别，或合并一些类别。</translation>
</message>
<message>
<source>Choose the engine “gar” to load a checkpoint.</source>
<translation>要加载权重文件，请选择引擎“gar”。</translation>
</message>
<message>
<source>Choose the file of labels in it.</source>
<translation>请选择其中的标注文件。</translation>
</message>
<message>
<source>Choose the folder of its photos.</source>
<translation>请选择其照片所在的文件夹。</translation>
</message>
<message>
<source>Choose the folder of labels.</source>
<translation>请选择标注文件夹。</translation>
</message>
<message>
<source>Choose the folder of masks.</source>
<translation>请选择掩码文件夹。</translation>
</message>
<message>
<source>Choose the folder of the photos.</source>
<translation>请选择照片文件夹。</translation>
</message>
<message>
<source>Choose the folder that holds config.json and the *.safetensors files.</source>
<translation>请选择含有 config.json 和 *.safetensors 文件的文件夹。</translation>
</message>
<message>
<source>Choose the name of a new folder.</source>
<translation>请为新文件夹选择一个名称。</translation>
</message>
<message>
<source>Choose the variant “automatic”, or the other file.</source>
<translation>请选择变体“automatic”，或另一个文件。</translation>
</message>
<message>
<source>Choose what answers</source>
<translation>选择回答引擎</translation>
</message>
<message>
<source>Choose what cuts out</source>
<translation>选择分割引擎</translation>
</message>
<message>
<source>Choose: {name}</source>
<translation>选择：{name}</translation>
</message>
<message>
<source>Choose…</source>
<translation>选择…</translation>
</message>
<message>
<source>Click at least three corners.</source>
<translation>请至少点击三个角点。</translation>
</message>
<message>
<source>Click elsewhere or draw a box.</source>
<translation>请点击其他位置或画一个框。</translation>
</message>
<message>
<source>Click or draw at the crosshair</source>
<translation>在十字线处点击或绘制</translation>
</message>
<message>
<source>Click the object again.</source>
<translation>请再次点击物体。</translation>
</message>
<message>
<source>Click the object first.</source>
<translation>请先点击物体。</translation>
</message>
<message>
<source>Click the object itself once (left button).</source>
<translation>请在物体上点击一次（左键）。</translation>
</message>
<message>
<source>Close</source>
<translation>关闭</translation>
</message>
<message>
<source>Close an outline</source>
<translation>闭合轮廓</translation>
</message>
<message>
<source>Close it, or give the backup another name.</source>
<translation>请关闭它，或为备份另取名称。</translation>
</message>
<message>
<source>Close other programs, or choose a smaller SAM such as facebook/sam2.1-hiera-tiny.</source>
<translation>请关闭其他程序，或选择更小的 SAM，例如 facebook/sam2.1-hiera-tiny。</translation>
</message>
<message>
<source>Close other programs, or let the model run in the window's process.</source>
<translation>请关闭其他程序，或让模型在窗口的进程中运行。</translation>
</message>
<message>
<source>Close other programs, or make the image smaller.</source>
<translation>请关闭其他程序，或缩小图像。</translation>
</message>
<message>
<source>Close other programs, or use a machine with more memory; no smaller choice fits.</source>
<translation>请关闭其他程序，或使用内存更大的机器；没有更小的选择可用。</translation>
</message>
<message>
<source>Close other programs, use a smaller model, or another device.</source>
<translation>请关闭其他程序，使用更小的模型或其他设备。</translation>
</message>
<message>
<source>Close other programs, use a smaller variant or image, or the CPU.</source>
<translation>请关闭其他程序，使用更小的变体或图像，或使用 CPU。</translation>
</message>
<message>
<source>Close other programs, use fewer tiles, or run a smaller model.</source>
<translation>请关闭其他程序，减少图块数，或使用更小的模型。</translation>
</message>
<message>
<source>Colour</source>
<translation>颜色</translation>
</message>
<message>
<source>Colour of the category</source>
<translation>类别的颜色</translation>
</message>
<message>
<source>Comes with GAR Studio and needs no weights. It follows colours and edges, so it does well on things that stand out from what is behind them. It does not know what an object is and cannot find everything by itself.</source>
<translation>随 GAR Studio 提供，不需要权重。它依据颜色和边缘，因此适合从背景中突出的物体。它不知道物体是什么，也不能自行找出所有物体。</translation>
</message>
<message>
<source>Comes with GAR Studio. {nano_notice}</source>
<translation>随 GAR Studio 提供。{nano_notice}</translation>
</message>
<message>
<source>Command</source>
<translation>命令</translation>
</message>
<message>
<source>Commands</source>
<translation>命令</translation>
</message>
<message>
<source>Commands that fit</source>
<translation>匹配的命令</translation>
</message>
<message>
<source>Comparing photos</source>
<translation>比较照片</translation>
</message>
<message>
<source>Conversation</source>
<translation>对话</translation>
</message>
<message>
<source>Conversations (LLaVA, Qwen-VL)</source>
<translation>对话（LLaVA、Qwen-VL）</translation>
</message>
<message>
<source>Convert it first.</source>
<translation>请先转换。</translation>
</message>
<message>
<source>Convert them to RGB with 8 bits.</source>
<translation>请转换为 8 位 RGB。</translation>
</message>
<message>
<source>Copied</source>
<translation>已复制</translation>
</message>
<message>
<source>Copy</source>
<translation>复制</translation>
</message>
<message>
<source>Copy it and “{name}” to a folder that you may write to.</source>
<translation>请将它与“{name}”复制到您有写入权限的文件夹。</translation>
</message>
<message>
<source>Copy or download it again; if the weights are your own, rename the file.</source>
<translation>请重新复制或下载；如果是您自己的权重，请重命名文件。</translation>
</message>
<message>
<source>Copy the details, for a report</source>
<translation>复制详情，用于报告问题</translation>
</message>
<message>
<source>Copy the file again from where it came.</source>
<translation>请从来源处重新复制该文件。</translation>
</message>
<message>
<source>Copy this answer</source>
<translation>复制此回答</translation>
</message>
<message>
<source>Copying</source>
<translation>复制</translation>
</message>
<message>
<source>Create</source>
<translation>创建</translation>
</message>
<message>
<source>Ctrl + click</source>
<translation>Ctrl + 点击</translation>
</message>
<message>
<source>Cut it into parts or make it smaller.</source>
<translation>请把它切成几部分或缩小。</translation>
</message>
<message>
<source>Cut it into parts, then import them one after the other.</source>
<translation>请把它切成几部分，然后逐个导入。</translation>
</message>
<message>
<source>Cut out an object first.
Then it can be described here.</source>
<translation>请先分割出一个物体，
然后即可在这里描述它。</translation>
</message>
<message>
<source>Cutting out…</source>
<translation>正在分割…</translation>
</message>
<message>
<source>DLC-Bench</source>
<translation>DLC-Bench</translation>
</message>
<message>
<source>Delete</source>
<translation>删除</translation>
</message>
<message>
<source>Delete it (Del)</source>
<translation>删除 (Del)</translation>
</message>
<message>
<source>Delete it, or open a backup from before.</source>
<translation>请删除它，或打开之前的备份。</translation>
</message>
<message>
<source>Delete the chosen relations</source>
<translation>删除选中的关系</translation>
</message>
<message>
<source>Delete the chosen relations (Del)</source>
<translation>删除选中的关系 (Del)</translation>
</message>
<message>
<source>Delete the region, and draw it again.</source>
<translation>请删除该区域并重新绘制。</translation>
</message>
<message>
<source>Delete the relation.</source>
<translation>请删除该关系。</translation>
</message>
<message>
<source>Delete this answer (can be undone)</source>
<translation>删除此回答（可撤销）</translation>
</message>
<message>
<source>Delete “{path}” with {below} below it?</source>
<translation>删除“{path}”及其下的 {below}？</translation>
</message>
<message>
<source>Delete “{path}”?</source>
<translation>删除“{path}”？</translation>
</message>
<message>
<source>Describe</source>
<translation>描述</translation>
</message>
<message>
<source>Describe all</source>
<translation>全部描述</translation>
</message>
<message>
<source>Describe all &amp;that have no words</source>
<translation>描述所有没有文字的区域(&amp;T)</translation>
</message>
<message>
<source>Describe all ({without})</source>
<translation>全部描述 ({without})</translation>
</message>
<message>
<source>Describe each selected region</source>
<translation>描述每个选中的区域</translation>
</message>
<message>
<source>Describe every region without caption or draft</source>
<translation>描述所有没有描述或草稿的区域</translation>
</message>
<message>
<source>Describes regions, relates up to five of them and answers questions, in open words. The smaller GAR: it also runs on a processor, slowly.</source>
<translation>描述区域，说明最多五个区域之间的关系并回答问题，用词不受限制。较小的 GAR：也能在处理器上运行，但较慢。</translation>
</message>
<message>
<source>Describing it.</source>
<translation>正在描述。</translation>
</message>
<message>
<source>Describing {n} regions.</source>
<translation>正在描述 {n} 个区域。</translation>
</message>
<message>
<source>Detail</source>
<translation>细节</translation>
</message>
<message>
<source>Detailed</source>
<translation>详细</translation>
</message>
<message>
<source>Details</source>
<translation>详情</translation>
</message>
<message>
<source>Details of the error</source>
<translation>错误详情</translation>
</message>
<message>
<source>Device</source>
<translation>设备</translation>
</message>
<message>
<source>Did again: {name}</source>
<translation>已重做：{name}</translation>
</message>
<message>
<source>Dis&amp;card mask</source>
<translation>丢弃掩码(&amp;C)</translation>
</message>
<message>
<source>Dismiss</source>
<translation>关闭</translation>
</message>
<message>
<source>Doing</source>
<translation>动作</translation>
</message>
<message>
<source>Double-click to choose another region</source>
<translation>双击以选择其他区域</translation>
</message>
<message>
<source>Download</source>
<translation>下载</translation>
</message>
<message>
<source>Download again: it goes on where it stopped.</source>
<translation>重新下载：将从中断处继续。</translation>
</message>
<message>
<source>Download again; if that does not help, the network changes the data.</source>
<translation>请重新下载；如果无效，则是网络改变了数据。</translation>
</message>
<message>
<source>Drag a sign, a box's edge</source>
<translation>拖动标记或框的边</translation>
</message>
<message>
<source>Draw the region in white on black.</source>
<translation>请用白色在黑色背景上画出区域。</translation>
</message>
<message>
<source>Draw the region, or leave it out.</source>
<translation>请画出该区域，或将其去掉。</translation>
</message>
<message>
<source>Each line is a class and coordinates, such as “0 0.1 0.1 0.4 0.1 0.2 0.5”.</source>
<translation>每行为一个类别和坐标，例如“0 0.1 0.1 0.4 0.1 0.2 0.5”。</translation>
</message>
<message>
<source>Each worker that had this photo died or failed.</source>
<translation>处理这张照片的每个工作进程都终止或失败了。</translation>
</message>
<message>
<source>Edit</source>
<translation>编辑</translation>
</message>
<message>
<source>Edit and undo the captions concerned, which brings them into the index again.</source>
<translation>请编辑并撤销相关描述，使其重新进入索引。</translation>
</message>
<message>
<source>Edit questions…</source>
<translation>编辑问题…</translation>
</message>
<message>
<source>Engine</source>
<translation>引擎</translation>
</message>
<message>
<source>Enter or a double click on a row changes its keys.</source>
<translation>按 Enter 或双击一行可更改其按键。</translation>
</message>
<message>
<source>Enter to confirm, Esc to leave it</source>
<translation>Enter 确认，Esc 取消</translation>
</message>
<message>
<source>Enter, first corner</source>
<translation>Enter，或点击第一个角点</translation>
</message>
<message>
<source>Every photo is where it was.</source>
<translation>所有照片都在原处。</translation>
</message>
<message>
<source>Every prompt says what the object is not.</source>
<translation>所有提示都只说明了物体不是什么。</translation>
</message>
<message>
<source>Every region here has been reviewed.</source>
<translation>这里的所有区域都已审核。</translation>
</message>
<message>
<source>Every region of this image has a caption or a draft.</source>
<translation>此图像的所有区域都已有描述或草稿。</translation>
</message>
<message>
<source>Everything accepted before is safe while this window is open; this last change was not made.</source>
<translation>只要此窗口开着，之前接受的内容都是安全的；最后这次更改未执行。</translation>
</message>
<message>
<source>Everything accepted before is safe; this last change was not made.</source>
<translation>之前接受的内容都是安全的；最后这次更改未执行。</translation>
</message>
<message>
<source>Export</source>
<translation>导出</translation>
</message>
<message>
<source>Export to a folder</source>
<translation>导出到文件夹</translation>
</message>
<message>
<source>Exported {regions} on {images} to {name}.</source>
<translation>已将 {images}上的 {regions}导出到 {name}。</translation>
</message>
<message>
<source>Exported {regions} on {images} to {name}; not all of it fits the format.</source>
<translation>已将 {images}上的 {regions}导出到 {name}；部分内容不适合该格式。</translation>
</message>
<message>
<source>Exported {regions} on {images} to {name}; {drafts} left out.</source>
<translation>已将 {images}上的 {regions}导出到 {name}；{drafts}未导出。</translation>
</message>
<message>
<source>Exporting</source>
<translation>正在导出</translation>
</message>
<message>
<source>Fai&amp;nter fills</source>
<translation>减淡填充(&amp;N)</translation>
</message>
<message>
<source>Fetch it from where the model came.</source>
<translation>请从模型的来源处获取它。</translation>
</message>
<message>
<source>Fetch the checkpoint again from where it came.</source>
<translation>请从来源处重新获取权重文件。</translation>
</message>
<message>
<source>Fetch the checkpoint again.</source>
<translation>请重新获取权重文件。</translation>
</message>
<message>
<source>Fetch the checkpoint again; config.json and weights must belong together.</source>
<translation>请重新获取权重文件；config.json 必须与权重对应。</translation>
</message>
<message>
<source>Fetch the file again from where it came.</source>
<translation>请从来源处重新获取该文件。</translation>
</message>
<message>
<source>Fetch the missing file from where the model came.</source>
<translation>请从模型的来源处获取缺少的文件。</translation>
</message>
<message>
<source>Fetch the missing files from where the model came.</source>
<translation>请从模型的来源处获取缺少的文件。</translation>
</message>
<message>
<source>File or folder of labels</source>
<translation>标注文件或文件夹</translation>
</message>
<message>
<source>File, folder, hub id or address</source>
<translation>文件、文件夹、hub 名称或地址</translation>
</message>
<message>
<source>Files of labels may only name photos below that folder.</source>
<translation>标注文件只能引用该文件夹之下的照片。</translation>
</message>
<message>
<source>File…</source>
<translation>文件…</translation>
</message>
<message>
<source>Filter images</source>
<translation>筛选图像</translation>
</message>
<message>
<source>Find an action or a key</source>
<translation>查找操作或按键</translation>
</message>
<message>
<source>Find e&amp;verything</source>
<translation>查找所有物体(&amp;V)</translation>
</message>
<message>
<source>Findings</source>
<translation>检查结果</translation>
</message>
<message>
<source>Flag</source>
<translation>标记</translation>
</message>
<message>
<source>Flag i&amp;mage…</source>
<translation>标记图像(&amp;M)…</translation>
</message>
<message>
<source>Flag the image</source>
<translation>标记图像</translation>
</message>
<message>
<source>Flag {count} regions</source>
<translation>标记 {count} 个区域</translation>
</message>
<message>
<source>Flagged</source>
<translation>已标记</translation>
</message>
<message>
<source>Folder of the photos</source>
<translation>照片文件夹</translation>
</message>
<message>
<source>Folder of the weights</source>
<translation>权重文件夹</translation>
</message>
<message>
<source>Folder where the photos are now</source>
<translation>照片现在所在的文件夹</translation>
</message>
<message>
<source>Folder…</source>
<translation>文件夹…</translation>
</message>
<message>
<source>For more, press Get models, then Download: GAR-1B describes anything in words, and a SAM, in the same list, cuts out better.</source>
<translation>如需更多功能，请按“获取模型”，再按“下载”：GAR-1B 可用文字描述任何物体，同一列表中的 SAM 分割得更好。</translation>
</message>
<message>
<source>Format</source>
<translation>格式</translation>
</message>
<message>
<source>Free some disk space or check the drive, then do it again.</source>
<translation>请腾出磁盘空间或检查驱动器，然后重试。</translation>
</message>
<message>
<source>Free some disk space, or set GAR_STUDIO_HOME to a folder you may write to.</source>
<translation>请腾出磁盘空间，或把 GAR_STUDIO_HOME 设为您有写入权限的文件夹。</translation>
</message>
<message>
<source>Free some disk space, then export again.</source>
<translation>请腾出磁盘空间，然后重新导出。</translation>
</message>
<message>
<source>Free the memory; a model is loaded again when it is next needed</source>
<translation>释放内存；模型在下次需要时会重新加载</translation>
</message>
<message>
<source>From</source>
<translation>来源</translation>
</message>
<message>
<source>GAR (Grasp Any Region)</source>
<translation>GAR (Grasp Any Region)</translation>
</message>
<message>
<source>GAR Studio takes {memory} of main memory</source>
<translation>GAR Studio 占用 {memory} 主内存</translation>
</message>
<message>
<source>GAR and DAM training</source>
<translation>GAR 和 DAM 训练数据</translation>
</message>
<message>
<source>GAR needs a model.</source>
<translation>GAR 需要一个模型。</translation>
</message>
<message>
<source>GAR takes {max_regions} regions, the question names {count}.</source>
<translation>GAR 最多接受 {max_regions} 个区域，而问题中提到了 {count} 个。</translation>
</message>
<message>
<source>GAR takes {max_regions} regions, {selected} are selected. Describe takes them one by one.</source>
<translation>GAR 最多接受 {max_regions} 个区域，已选中 {selected} 个。“描述”会逐个处理。</translation>
</message>
<message>
<source>GAR with random weights (a stand-in)</source>
<translation>使用随机权重的 GAR（替代品）</translation>
</message>
<message>
<source>GAR with random weights takes no model.</source>
<translation>使用随机权重的 GAR 不接受模型。</translation>
</message>
<message>
<source>GAR-Bench</source>
<translation>GAR-Bench</translation>
</message>
<message>
<source>GET /v1/info says what this server is.</source>
<translation>GET /v1/info 会说明这个服务器。</translation>
</message>
<message>
<source>Get models…</source>
<translation>获取模型…</translation>
</message>
<message>
<source>Give --out a name that ends in {suffix}.</source>
<translation>请给 --out 一个以 {suffix} 结尾的名称。</translation>
</message>
<message>
<source>Give a box, or other points.</source>
<translation>请给出框或其他点。</translation>
</message>
<message>
<source>Give a checkpoint folder, or a hub id such as HaochenWang/GAR-1B.</source>
<translation>请给出权重文件夹，或 HaochenWang/GAR-1B 这样的 hub id。</translation>
</message>
<message>
<source>Give a smaller number with --workers, or leave it out.</source>
<translation>请用 --workers 给出更小的数目，或省略它。</translation>
</message>
<message>
<source>Give it another colour</source>
<translation>更改颜色</translation>
</message>
<message>
<source>Give it another name.</source>
<translation>请另取名称。</translation>
</message>
<message>
<source>Give it as http://name:8765, as “gar-studio serve” shows it.</source>
<translation>请写成 http://name:8765 的形式，如“gar-studio serve”所示。</translation>
</message>
<message>
<source>Give it as x1,y1,x2,y2 in pixels, top left corner first.</source>
<translation>请以像素为单位按 x1,y1,x2,y2 给出，左上角在前。</translation>
</message>
<message>
<source>Give it with “--sam FOLDER” on the command line or under Tools &gt; Models in the window.</source>
<translation>请在命令行用“--sam FOLDER”给出，或在窗口的“工具 &gt; 模型”中给出。</translation>
</message>
<message>
<source>Give its path with “--sam FILE” on the command line or under Tools &gt; Models in the window.</source>
<translation>请在命令行用“--sam FILE”给出其路径，或在窗口的“工具 &gt; 模型”中给出。</translation>
</message>
<message>
<source>Give one such as HaochenWang/GAR-1B.</source>
<translation>请给出 HaochenWang/GAR-1B 这样的 id。</translation>
</message>
<message>
<source>Give region {region_id} and the others another category.</source>
<translation>请为区域 {region_id} 及其他区域指定其他类别。</translation>
</message>
<message>
<source>Give the one that the server was started with.</source>
<translation>请提供启动服务器时所用的令牌。</translation>
</message>
<message>
<source>GrabCut and gar-nano come with the program and work at once. GrabCut follows colours and edges; gar-nano tells colour, shape, place, count and relations, but not what things are.</source>
<translation>GrabCut 和 gar-nano 随程序提供，可立即使用。GrabCut 依据颜色和边缘；gar-nano 能说出颜色、形状、位置、数量和关系，但不知道物体是什么。</translation>
</message>
<message>
<source>GrabCut cannot find objects by itself: it cuts out what you click or draw a box around.</source>
<translation>GrabCut 不能自行查找物体：它只分割您点击或框选的物体。</translation>
</message>
<message>
<source>High: 16 tiles</source>
<translation>高：16 个图块</translation>
</message>
<message>
<source>How finely the model looks at a photo: more tiles take longer</source>
<translation>模型观察照片的精细程度：图块越多，耗时越长</translation>
</message>
<message>
<source>How many of the next images SAM encodes while you work</source>
<translation>在您工作时 SAM 预先编码接下来的多少张图像</translation>
</message>
<message>
<source>I&amp;mport…</source>
<translation>导入(&amp;M)…</translation>
</message>
<message>
<source>Image</source>
<translation>图像</translation>
</message>
<message>
<source>Image canvas</source>
<translation>图像画布</translation>
</message>
<message>
<source>Image is &amp;done</source>
<translation>图像已完成(&amp;D)</translation>
</message>
<message>
<source>Images</source>
<translation>图像</translation>
</message>
<message>
<source>Images ({endings})</source>
<translation>图像 ({endings})</translation>
</message>
<message>
<source>Images ahead</source>
<translation>预先编码</translation>
</message>
<message>
<source>Images without such regions too</source>
<translation>也包括没有这类区域的图像</translation>
</message>
<message>
<source>Import</source>
<translation>导入</translation>
</message>
<message>
<source>Import a list of classes</source>
<translation>导入类别列表</translation>
</message>
<message>
<source>Import categories</source>
<translation>导入类别</translation>
</message>
<message>
<source>Import from a folder</source>
<translation>从文件夹导入</translation>
</message>
<message>
<source>Import them again.</source>
<translation>请重新导入。</translation>
</message>
<message>
<source>Import {n:,} categories</source>
<translation>导入 {n:,} 个类别</translation>
</message>
<message>
<source>Import {n:,} regions</source>
<translation>导入 {n:,} 个区域</translation>
</message>
<message>
<source>Import {n} category</source>
<translation>导入 {n} 个类别</translation>
</message>
<message>
<source>Import {n} region</source>
<translation>导入 {n} 个区域</translation>
</message>
<message>
<source>Imported {regions}. Each image can be undone by itself.</source>
<translation>已导入 {regions}。每张图像可单独撤销。</translation>
</message>
<message>
<source>Importing</source>
<translation>正在导入</translation>
</message>
<message>
<source>In N words</source>
<translation>用 N 个词</translation>
</message>
<message>
<source>In a process of its own</source>
<translation>在独立进程中运行</translation>
</message>
<message>
<source>In the file</source>
<translation>文件中的名称</translation>
</message>
<message>
<source>In use</source>
<translation>使用中</translation>
</message>
<message>
<source>Install it with “pip install 'gar-studio[quantised]'”, or use another number format.</source>
<translation>请用“pip install 'gar-studio[quantised]'”安装，或使用其他数字格式。</translation>
</message>
<message>
<source>Install it with “pip install opencv-python-headless”.</source>
<translation>请用“pip install opencv-python-headless”安装。</translation>
</message>
<message>
<source>Install it: pip install “gar-studio[cluster]”.</source>
<translation>请安装它：pip install “gar-studio[cluster]”。</translation>
</message>
<message>
<source>Install them with “pip install torch torchvision segment-anything”.</source>
<translation>请用“pip install torch torchvision segment-anything”安装。</translation>
</message>
<message>
<source>Install them with “pip install torch torchvision transformers”.</source>
<translation>请用“pip install torch torchvision transformers”安装。</translation>
</message>
<message>
<source>It belongs to image {image_id}, which is not in the project, and is never shown.</source>
<translation>它属于不在项目中的图像 {image_id}，永远不会显示。</translation>
</message>
<message>
<source>It found no mask on the sample scene.</source>
<translation>在示例场景中未找到掩码。</translation>
</message>
<message>
<source>It has {width}×{height} pixels now. It has no masks, so the new file can be accepted.</source>
<translation>它现在为 {width}×{height} 像素。它没有掩码，因此可以接受新文件。</translation>
</message>
<message>
<source>It is found by words that are not in the project any more.</source>
<translation>用项目中已不存在的词语能找到它。</translation>
</message>
<message>
<source>It is missing, and {count} regions have it; they count as the first category.</source>
<translation>它已缺失，但有 {count} 个区域使用它；它们归入第一个类别。</translation>
</message>
<message>
<source>It may be for want of memory: give fewer --workers or --max-tiles; Ray's own logs say more.</source>
<translation>可能是内存不足：请减小 --workers 或 --max-tiles；Ray 自己的日志有更多说明。</translation>
</message>
<message>
<source>It may be for want of memory: give fewer --workers or --max-tiles; Ray's own logs say more. The same command goes on where it stopped.</source>
<translation>可能是内存不足：请减小 --workers 或 --max-tiles；Ray 自己的日志有更多说明。同一命令会从停下的地方继续。</translation>
</message>
<message>
<source>It names region {one}, which is on image {image_id}.</source>
<translation>它引用的区域 {one} 在图像 {image_id} 上。</translation>
</message>
<message>
<source>It names region {region_id}, which is not in the project.</source>
<translation>它引用的区域 {region_id} 不在项目中。</translation>
</message>
<message>
<source>It said nothing.</source>
<translation>它没有给出回答。</translation>
</message>
<message>
<source>It was merged into a category that is missing, or into itself by a detour.</source>
<translation>它被合并到缺失的类别，或绕一圈合并到自身。</translation>
</message>
<message>
<source>It was not loaded, and no code was run.</source>
<translation>它未被加载，也没有运行任何代码。</translation>
</message>
<message>
<source>It was not loaded.</source>
<translation>它未被加载。</translation>
</message>
<message>
<source>It was stopped.</source>
<translation>已停止。</translation>
</message>
<message>
<source>Its caption is not found as it is written now.</source>
<translation>按现在的文字找不到它的描述。</translation>
</message>
<message>
<source>Its file cannot be written to.</source>
<translation>无法写入其文件。</translation>
</message>
<message>
<source>Its folder cannot be written to.</source>
<translation>无法写入其所在文件夹。</translation>
</message>
<message>
<source>Its image cannot be labelled: {what}</source>
<translation>其图像无法标注：{what}</translation>
</message>
<message>
<source>Its image cannot be opened, because it is damaged ({error}).</source>
<translation>其图像已损坏，无法打开（{error}）。</translation>
</message>
<message>
<source>Its labels were made for the old size and are kept.</source>
<translation>其标注是按旧尺寸制作的，已保留。</translation>
</message>
<message>
<source>Its mask is {width}×{height} pixels, the image {size}×{size_2}.</source>
<translation>其掩码为 {width}×{height} 像素，而图像为 {size}×{size_2}。</translation>
</message>
<message>
<source>Its masks are kept, but may not fit any more. Put the old file back, or accept the new one.</source>
<translation>其掩码已保留，但可能不再吻合。请放回旧文件，或接受新文件。</translation>
</message>
<message>
<source>Keep the mask and begin the next object</source>
<translation>保留掩码并开始下一个物体</translation>
</message>
<message>
<source>Keep this wording (Ctrl+Enter)</source>
<translation>保留此措辞 (Ctrl+Enter)</translation>
</message>
<message>
<source>Key</source>
<translation>按键</translation>
</message>
<message>
<source>Key {key}</source>
<translation>按键 {key}</translation>
</message>
<message>
<source>Keyboard and mouse</source>
<translation>键盘和鼠标</translation>
</message>
<message>
<source>Keys</source>
<translation>按键</translation>
</message>
<message>
<source>Labels can come in from {title}, but not leave in it.</source>
<translation>{title} 格式的标注可以导入，但不能导出。</translation>
</message>
<message>
<source>Lan&amp;guage</source>
<translation>语言(&amp;G)</translation>
</message>
<message>
<source>Leave --device out, or start Ray on a machine with a GPU.</source>
<translation>请省略 --device，或在有 GPU 的机器上启动 Ray。</translation>
</message>
<message>
<source>Leave --out away, or copy the project first.</source>
<translation>请去掉 --out，或先复制项目。</translation>
</message>
<message>
<source>Leave out names that differ from others only in case</source>
<translation>去掉仅大小写不同的名称</translation>
</message>
<message>
<source>Leave out words in the form of &lt;…&gt; or &lt;|…|&gt;.</source>
<translation>请去掉 &lt;…&gt; 或 &lt;|…|&gt; 形式的词语。</translation>
</message>
<message>
<source>Leave the answer as it was (Esc)</source>
<translation>保持回答不变 (Esc)</translation>
</message>
<message>
<source>Left click</source>
<translation>左键点击</translation>
</message>
<message>
<source>Let another one take its place</source>
<translation>用其他类别代替</translation>
</message>
<message>
<source>Licence</source>
<translation>许可证</translation>
</message>
<message>
<source>Link again</source>
<translation>重新链接</translation>
</message>
<message>
<source>Lists of classes ({endings})</source>
<translation>类别列表 ({endings})</translation>
</message>
<message>
<source>Load the model again.</source>
<translation>请重新加载模型。</translation>
</message>
<message>
<source>Loading it and asking one small thing…</source>
<translation>正在加载并提一个小问题…</translation>
</message>
<message>
<source>Look at it with “gar-studio check”, and open an earlier backup of it.</source>
<translation>请用“gar-studio check”查看它，并打开更早的备份。</translation>
</message>
<message>
<source>Look for missing p&amp;hotos…</source>
<translation>查找缺少的照片(&amp;H)…</translation>
</message>
<message>
<source>Looking at photos</source>
<translation>查看照片</translation>
</message>
<message>
<source>Looking at what is there…</source>
<translation>正在查看现有模型…</translation>
</message>
<message>
<source>Looking for objects…</source>
<translation>正在查找物体…</translation>
</message>
<message>
<source>Looking for objects… {percent} %</source>
<translation>正在查找物体… {percent} %</translation>
</message>
<message>
<source>Looking for orphans</source>
<translation>查找孤立项</translation>
</message>
<message>
<source>Looking for photos</source>
<translation>正在查找照片</translation>
</message>
<message>
<source>Looking for photos was stopped.</source>
<translation>已停止查找照片。</translation>
</message>
<message>
<source>Low: 4 tiles, faster</source>
<translation>低：4 个图块，较快</translation>
</message>
<message>
<source>Lowest: 1 tile, fastest</source>
<translation>最低：1 个图块，最快</translation>
</message>
<message>
<source>Make it smaller, or let the server take more (--max-pixels).</source>
<translation>请缩小照片，或让服务器接受更大的照片（--max-pixels）。</translation>
</message>
<message>
<source>Make it smaller.</source>
<translation>请缩小它。</translation>
</message>
<message>
<source>Make room on the disk or set GAR_STUDIO_HOME to a folder that you may write.</source>
<translation>请腾出磁盘空间，或把 GAR_STUDIO_HOME 设为您有写入权限的文件夹。</translation>
</message>
<message>
<source>Make room on the disk. {again}</source>
<translation>请腾出磁盘空间。{again}</translation>
</message>
<message>
<source>Make room, or set GAR_STUDIO_HOME to a folder on another disk.</source>
<translation>请腾出空间，或把 GAR_STUDIO_HOME 设为其他磁盘上的文件夹。</translation>
</message>
<message>
<source>Make room, or set HF_HOME to a folder on another disk.</source>
<translation>请腾出空间，或把 HF_HOME 设为其他磁盘上的文件夹。</translation>
</message>
<message>
<source>Make this region's category “{name}”</source>
<translation>将此区域的类别设为“{name}”</translation>
</message>
<message>
<source>Manage categories</source>
<translation>管理类别</translation>
</message>
<message>
<source>Manage categories (Ctrl+K)</source>
<translation>管理类别 (Ctrl+K)</translation>
</message>
<message>
<source>Masks</source>
<translation>掩码</translation>
</message>
<message>
<source>Masks with captions, relations and questions, as GAR is trained on them.</source>
<translation>带描述、关系和问题的掩码，用于训练 GAR。</translation>
</message>
<message>
<source>Masks with holes and parts, captions, relations, questions and reviews.</source>
<translation>带孔洞和多个部分的掩码、描述、关系、问题和审核。</translation>
</message>
<message>
<source>Material</source>
<translation>材质</translation>
</message>
<message>
<source>Medium: 9 tiles</source>
<translation>中：9 个图块</translation>
</message>
<message>
<source>Memory</source>
<translation>内存</translation>
</message>
<message>
<source>Menu</source>
<translation>菜单</translation>
</message>
<message>
<source>Menu of a region or an image</source>
<translation>区域或图像的菜单</translation>
</message>
<message>
<source>Merge</source>
<translation>合并</translation>
</message>
<message>
<source>Merge “{path}” ({regions} on {images}) into which category?</source>
<translation>将“{path}”（{images}上的 {regions}）合并到哪个类别？</translation>
</message>
<message>
<source>Minimap</source>
<translation>缩略图</translation>
</message>
<message>
<source>Mo&amp;dels…</source>
<translation>模型(&amp;D)…</translation>
</message>
<message>
<source>Model</source>
<translation>模型</translation>
</message>
<message>
<source>Models</source>
<translation>模型</translation>
</message>
<message>
<source>More exact than tiny.</source>
<translation>比 tiny 更精确。</translation>
</message>
<message>
<source>Move &amp;up in the list</source>
<translation>在列表中上移(&amp;U)</translation>
</message>
<message>
<source>Move a prompt; the mask follows</source>
<translation>移动提示，掩码随之更新</translation>
</message>
<message>
<source>Move d&amp;own in the list</source>
<translation>在列表中下移(&amp;O)</translation>
</message>
<message>
<source>Move down</source>
<translation>下移</translation>
</message>
<message>
<source>Move the crosshair</source>
<translation>移动十字线</translation>
</message>
<message>
<source>Move the photo</source>
<translation>移动照片</translation>
</message>
<message>
<source>Move up</source>
<translation>上移</translation>
</message>
<message>
<source>Multiple choice</source>
<translation>选择题</translation>
</message>
<message>
<source>NVIDIA graphics card (cuda)</source>
<translation>NVIDIA 显卡 (cuda)</translation>
</message>
<message>
<source>Name</source>
<translation>名称</translation>
</message>
<message>
<source>Name a file in it for the backup.</source>
<translation>请为备份指定其中的一个文件。</translation>
</message>
<message>
<source>Name in the menu</source>
<translation>菜单中的名称</translation>
</message>
<message>
<source>Name the folder of its photos with --images.</source>
<translation>请用 --images 指明其照片所在的文件夹。</translation>
</message>
<message>
<source>Names in the file</source>
<translation>文件中的名称</translation>
</message>
<message>
<source>Ne&amp;xt mask</source>
<translation>下一个掩码(&amp;X)</translation>
</message>
<message>
<source>Nearly as exact as ViT-H, at half its size.</source>
<translation>几乎与 ViT-H 一样精确，大小只有一半。</translation>
</message>
<message>
<source>Needs {needs}.</source>
<translation>需要{needs}。</translation>
</message>
<message>
<source>New categories: {names}.</source>
<translation>新类别：{names}。</translation>
</message>
<message>
<source>New keys</source>
<translation>新按键</translation>
</message>
<message>
<source>New question</source>
<translation>新问题</translation>
</message>
<message>
<source>No category can be called “{name}”.</source>
<translation>类别不能叫做“{name}”。</translation>
</message>
<message>
<source>No category has the key {digit}.</source>
<translation>没有类别使用按键 {digit}。</translation>
</message>
<message>
<source>No category has this in its name.
Press Enter to create it.</source>
<translation>没有名称包含此内容的类别。
按 Enter 创建。</translation>
</message>
<message>
<source>No copy was made, and the project was not changed.</source>
<translation>没有创建副本，项目也未更改。</translation>
</message>
<message>
<source>No image</source>
<translation>不预先编码</translation>
</message>
<message>
<source>No image fits the filter.</source>
<translation>没有符合筛选条件的图像。</translation>
</message>
<message>
<source>No image open</source>
<translation>未打开图像</translation>
</message>
<message>
<source>No images in this project</source>
<translation>此项目中没有图像</translation>
</message>
<message>
<source>No images yet.
Open a photo or a folder.</source>
<translation>还没有图像。
请打开照片或文件夹。</translation>
</message>
<message>
<source>No model is loaded; one is loaded when it is first needed.</source>
<translation>未加载模型；首次需要时会加载。</translation>
</message>
<message>
<source>No object was found there.</source>
<translation>在那里未找到物体。</translation>
</message>
<message>
<source>No object was found.</source>
<translation>未找到物体。</translation>
</message>
<message>
<source>No photo that “{name}” names is in “{folder}”.</source>
<translation>“{name}”所列的照片都不在“{folder}”中。</translation>
</message>
<message>
<source>No pixel of the outline is inside the image.</source>
<translation>轮廓在图像内没有像素。</translation>
</message>
<message>
<source>No pixel of the shape is inside the image.</source>
<translation>形状在图像内没有像素。</translation>
</message>
<message>
<source>No project can be made at “{path}”: {error}.</source>
<translation>无法在“{path}”创建项目：{error}。</translation>
</message>
<message>
<source>No project was open yet</source>
<translation>尚未打开过项目</translation>
</message>
<message>
<source>No region has it.</source>
<translation>没有区域使用它。</translation>
</message>
<message>
<source>No region here is accepted.</source>
<translation>这里没有已通过的区域。</translation>
</message>
<message>
<source>No region here is flagged.</source>
<translation>这里没有已标记的区域。</translation>
</message>
<message>
<source>No region here is rejected.</source>
<translation>这里没有已驳回的区域。</translation>
</message>
<message>
<source>No region is selected.</source>
<translation>未选中区域。</translation>
</message>
<message>
<source>No regions yet.
Click an object in the photo, then press Enter.</source>
<translation>还没有区域。
点击照片中的物体，然后按 Enter。</translation>
</message>
<message>
<source>No relations yet.
Relate two regions (R) and accept the answer,
or select two and write what one is to the other.</source>
<translation>还没有关系。
分析两个区域的关系 (R) 并接受回答，
或选中两个区域并写出它们的关系。</translation>
</message>
<message>
<source>Nobody</source>
<translation>无名称</translation>
</message>
<message>
<source>None of the photos that the file names is in the project or in the folder of photos. Choose that folder.</source>
<translation>文件中列出的照片都不在项目或照片文件夹中。请选择该文件夹。</translation>
</message>
<message>
<source>Not reviewed</source>
<translation>未审核</translation>
</message>
<message>
<source>Nothing in “{folder}” says which token ends an answer.</source>
<translation>“{folder}”中没有说明哪个 token 结束回答。</translation>
</message>
<message>
<source>Nothing to change: {name}.</source>
<translation>没有可更改的内容：{name}。</translation>
</message>
<message>
<source>Nothing to import</source>
<translation>没有可导入的内容</translation>
</message>
<message>
<source>Nothing was asked.</source>
<translation>没有提出任何问题。</translation>
</message>
<message>
<source>Nothing was changed, and the engine can be used again.</source>
<translation>没有任何更改，引擎可以继续使用。</translation>
</message>
<message>
<source>Nothing was changed.</source>
<translation>没有任何更改。</translation>
</message>
<message>
<source>Nothing was loaded.</source>
<translation>没有加载任何内容。</translation>
</message>
<message>
<source>Number format</source>
<translation>数字格式</translation>
</message>
<message>
<source>Object</source>
<translation>客体</translation>
</message>
<message>
<source>On disk</source>
<translation>磁盘位置</translation>
</message>
<message>
<source>One thing at a time: wait until it is done, or cancel it.</source>
<translation>一次只能做一件事：请等待完成，或取消它。</translation>
</message>
<message>
<source>Only *.safetensors beside the index are read; do not trust this model.</source>
<translation>只读取索引旁边的 *.safetensors；不要信任此模型。</translation>
</message>
<message>
<source>Only safetensors are fetched: other files can run a stranger's code.</source>
<translation>只获取 safetensors：其他文件可能运行陌生人的代码。</translation>
</message>
<message>
<source>Open &amp;folder…</source>
<translation>打开文件夹(&amp;F)…</translation>
</message>
<message>
<source>Open &amp;image…</source>
<translation>打开图像(&amp;I)…</translation>
</message>
<message>
<source>Open &amp;project…</source>
<translation>打开项目(&amp;P)…</translation>
</message>
<message>
<source>Open &amp;recent</source>
<translation>打开最近的项目(&amp;R)</translation>
</message>
<message>
<source>Open &amp;sample project</source>
<translation>打开示例项目(&amp;S)</translation>
</message>
<message>
<source>Open a backup from before; “gar-studio backup” makes them.</source>
<translation>请打开之前的备份；“gar-studio backup”可创建备份。</translation>
</message>
<message>
<source>Open a file that ends in .garproj, or a backup of this one.</source>
<translation>请打开以 .garproj 结尾的文件，或此文件的备份。</translation>
</message>
<message>
<source>Open a file that ends in .garproj.</source>
<translation>请打开以 .garproj 结尾的文件。</translation>
</message>
<message>
<source>Open a folder with JPEG, PNG, TIFF, WebP, BMP or GIF files.</source>
<translation>请打开含有 JPEG、PNG、TIFF、WebP、BMP 或 GIF 文件的文件夹。</translation>
</message>
<message>
<source>Open a photo or drop one here</source>
<translation>打开照片，或将照片拖到这里</translation>
</message>
<message>
<source>Open a photo, or drop one here</source>
<translation>打开照片，或将照片拖到这里</translation>
</message>
<message>
<source>Open a project that can be changed first, or its folder.</source>
<translation>请先打开可以更改的项目或其文件夹。</translation>
</message>
<message>
<source>Open folder</source>
<translation>打开文件夹</translation>
</message>
<message>
<source>Open folder…</source>
<translation>打开文件夹…</translation>
</message>
<message>
<source>Open image</source>
<translation>打开图像</translation>
</message>
<message>
<source>Open it for writing to change it.</source>
<translation>要更改它，请以可写方式打开。</translation>
</message>
<message>
<source>Open photo…</source>
<translation>打开照片…</translation>
</message>
<message>
<source>Open project</source>
<translation>打开项目</translation>
</message>
<message>
<source>Open the project file in it.</source>
<translation>请打开其中的项目文件。</translation>
</message>
<message>
<source>OpenCV cannot be loaded: {error}.</source>
<translation>无法加载 OpenCV：{error}。</translation>
</message>
<message>
<source>OpenCV could not cut the object out: {err}.</source>
<translation>OpenCV 无法分割该物体：{err}。</translation>
</message>
<message>
<source>Opening…</source>
<translation>正在打开…</translation>
</message>
<message>
<source>Other regions have all of this mask; it was not kept.</source>
<translation>其他区域已占有整个掩码；未保留它。</translation>
</message>
<message>
<source>Other regions have all of this; nothing was kept.</source>
<translation>其他区域已占有全部内容；未保留任何掩码。</translation>
</message>
<message>
<source>Outlines and categories, with copies of the photos, as YOLO trains on them.</source>
<translation>轮廓和类别，附照片副本，用于训练 YOLO。</translation>
</message>
<message>
<source>PNG masks</source>
<translation>PNG 掩码</translation>
</message>
<message>
<source>Pages in a browser may not call this server.</source>
<translation>浏览器中的网页不得调用此服务器。</translation>
</message>
<message>
<source>Part of the file cannot be read: {error}.</source>
<translation>文件的一部分无法读取：{error}。</translation>
</message>
<message>
<source>Part of the file cannot be trusted.</source>
<translation>文件的一部分不可信。</translation>
</message>
<message>
<source>Path, hub id or http://…</source>
<translation>路径、hub 名称或 http://…</translation>
</message>
<message>
<source>Photo of {columns} by {rows} pixels, {regions} regions, {selected} selected.</source>
<translation>{columns}×{rows} 像素的照片，{regions} 个区域，选中 {selected} 个。</translation>
</message>
<message>
<source>Photos in</source>
<translation>照片位置</translation>
</message>
<message>
<source>Pictures of classes and of instances; each pixel holds one region.</source>
<translation>类别图和实例图；每个像素只属于一个区域。</translation>
</message>
<message>
<source>Pre&amp;vious image</source>
<translation>上一张图像(&amp;V)</translation>
</message>
<message>
<source>Predicate</source>
<translation>谓词</translation>
</message>
<message>
<source>Predicate of a new relation</source>
<translation>新关系的谓词</translation>
</message>
<message>
<source>Press the new keys for “{action}”, Esc to keep the old ones.</source>
<translation>请按“{action}”的新按键，Esc 保留原按键。</translation>
</message>
<message>
<source>Processor (cpu)</source>
<translation>处理器 (cpu)</translation>
</message>
<message>
<source>Progress</source>
<translation>进度</translation>
</message>
<message>
<source>Projects ({endings})</source>
<translation>项目 ({endings})</translation>
</message>
<message>
<source>Put a long secret into a file and give --token-file, or into GAR_STUDIO_TOKEN.</source>
<translation>请把一段较长的密文放入文件并给出 --token-file，或放入 GAR_STUDIO_TOKEN。</translation>
</message>
<message>
<source>Put it back, or find it with “Look for missing photos” or “gar-studio relink”.</source>
<translation>请放回它，或用“查找缺少的照片”或“gar-studio relink”找到它。</translation>
</message>
<message>
<source>Put it into your own words</source>
<translation>用您自己的话表达</translation>
</message>
<message>
<source>Put the file back where it was, or back the project up now and go on with the backup.</source>
<translation>请把文件放回原处，或立即备份项目并改用备份。</translation>
</message>
<message>
<source>Put the old file back, or add the new one under another name.</source>
<translation>请放回旧文件，或以其他名称添加新文件。</translation>
</message>
<message>
<source>Put the old file back, or delete the image's regions first.</source>
<translation>请放回旧文件，或先删除图像的区域。</translation>
</message>
<message>
<source>Put the old file back, or open the image and accept the new one.</source>
<translation>请放回旧文件，或打开图像并接受新文件。</translation>
</message>
<message>
<source>Question</source>
<translation>问题</translation>
</message>
<message>
<source>Questions</source>
<translation>问题</translation>
</message>
<message>
<source>Questions to choose from</source>
<translation>可选的问题</translation>
</message>
<message>
<source>Questions, multiple choice or not, and relations, with their masks.</source>
<translation>选择题或其他问题，以及关系，附掩码。</translation>
</message>
<message>
<source>Random weights: these words mean nothing.</source>
<translation>随机权重：这些文字没有意义。</translation>
</message>
<message>
<source>Ray at “{address}” does not answer ({error}).</source>
<translation>位于“{address}”的 Ray 没有响应（{error}）。</translation>
</message>
<message>
<source>Re&amp;fine mask</source>
<translation>细化掩码(&amp;F)</translation>
</message>
<message>
<source>Re&amp;viewer's name…</source>
<translation>审核者姓名(&amp;V)…</translation>
</message>
<message>
<source>Read from: {answer}</source>
<translation>读取自：{answer}</translation>
</message>
<message>
<source>Reading photos</source>
<translation>正在读取照片</translation>
</message>
<message>
<source>Reading the file</source>
<translation>读取文件</translation>
</message>
<message>
<source>Reason</source>
<translation>理由</translation>
</message>
<message>
<source>Reflection</source>
<translation>倒影</translation>
</message>
<message>
<source>Region</source>
<translation>区域</translation>
</message>
<message>
<source>Region under the pointer</source>
<translation>指针下的区域</translation>
</message>
<message>
<source>Region {number}, {category}</source>
<translation>区域 {number}，{category}</translation>
</message>
<message>
<source>Regions</source>
<translation>区域</translation>
</message>
<message>
<source>Regions are filled to {opacity:.0%}.</source>
<translation>区域填充为 {opacity:.0%}。</translation>
</message>
<message>
<source>Regions by category</source>
<translation>各类别的区域</translation>
</message>
<message>
<source>Regions fi&amp;lled</source>
<translation>填充区域(&amp;L)</translation>
</message>
<message>
<source>Regions of the benchmark, with the captions that models wrote.</source>
<translation>基准的区域，附模型写的描述。</translation>
</message>
<message>
<source>Regions outlin&amp;ed</source>
<translation>显示区域轮廓(&amp;E)</translation>
</message>
<message>
<source>Regions shown by review</source>
<translation>按审核结果显示的区域</translation>
</message>
<message>
<source>Regions to name</source>
<translation>可引用的区域</translation>
</message>
<message>
<source>Regions without another category have this one</source>
<translation>没有其他类别的区域属于此类别</translation>
</message>
<message>
<source>Regions: {regions:,}. Captions: {captions:,}, of {words:,} words in all. Relations: {relations:,}.</source>
<translation>区域：{regions:,}。描述：{captions:,}，共 {words:,} 个词。关系：{relations:,}。</translation>
</message>
<message>
<source>Reject</source>
<translation>驳回</translation>
</message>
<message>
<source>Reject {count} regions</source>
<translation>驳回 {count} 个区域</translation>
</message>
<message>
<source>Rejected</source>
<translation>已驳回</translation>
</message>
<message>
<source>Relate</source>
<translation>分析关系</translation>
</message>
<message>
<source>Relate the regions that are selected, the first one to the others</source>
<translation>建立选中区域之间的关系：第一个与其余各个</translation>
</message>
<message>
<source>Relation arro&amp;ws</source>
<translation>关系箭头(&amp;W)</translation>
</message>
<message>
<source>Relations</source>
<translation>关系</translation>
</message>
<message>
<source>Remove keys</source>
<translation>移除按键</translation>
</message>
<message>
<source>Remove the marked question</source>
<translation>移除选中的问题</translation>
</message>
<message>
<source>Rename it and what is below (F2)</source>
<translation>重命名它及其下的类别 (F2)</translation>
</message>
<message>
<source>Rename it, or merge it into another one.</source>
<translation>请重命名它，或将它合并到其他类别。</translation>
</message>
<message>
<source>Rename it, then open it again.</source>
<translation>请重命名后再打开。</translation>
</message>
<message>
<source>Rename it.</source>
<translation>请重命名它。</translation>
</message>
<message>
<source>Rename or merge one of them.</source>
<translation>请重命名或合并其中之一。</translation>
</message>
<message>
<source>Reset</source>
<translation>重置</translation>
</message>
<message>
<source>Reset all</source>
<translation>全部重置</translation>
</message>
<message>
<source>Reset la&amp;yout</source>
<translation>重置布局(&amp;Y)</translation>
</message>
<message>
<source>Resume download</source>
<translation>继续下载</translation>
</message>
<message>
<source>Retry</source>
<translation>重试</translation>
</message>
<message>
<source>Retry all {count}</source>
<translation>重试全部 {count} 个</translation>
</message>
<message>
<source>Revie&amp;w</source>
<translation>审核(&amp;W)</translation>
</message>
<message>
<source>Reviewer's name</source>
<translation>审核者姓名</translation>
</message>
<message>
<source>Reviews</source>
<translation>审核</translation>
</message>
<message>
<source>Right button, Alt</source>
<translation>右键，Alt</translation>
</message>
<message>
<source>Right click (select tool), Menu key</source>
<translation>右键点击（选择工具），菜单键</translation>
</message>
<message>
<source>Right click on it, Del</source>
<translation>在其上右键点击，Del</translation>
</message>
<message>
<source>Right click, Alt + click</source>
<translation>右键点击，Alt + 点击</translation>
</message>
<message>
<source>Run “gar-studio doctor” to see what is missing.</source>
<translation>请运行“gar-studio doctor”查看缺少什么。</translation>
</message>
<message>
<source>S&amp;cribble</source>
<translation>涂画(&amp;C)</translation>
</message>
<message>
<source>S&amp;hrink by 2 pixels</source>
<translation>缩小 2 像素(&amp;H)</translation>
</message>
<message>
<source>S&amp;maller brush</source>
<translation>减小画笔(&amp;M)</translation>
</message>
<message>
<source>S&amp;plit into parts</source>
<translation>拆分为多个部分(&amp;P)</translation>
</message>
<message>
<source>S&amp;tronger fills</source>
<translation>加深填充(&amp;T)</translation>
</message>
<message>
<source>S&amp;ubtract from the first</source>
<translation>从第一个中减去(&amp;U)</translation>
</message>
<message>
<source>SAM 2, SAM-HQ or SAM (folder or hub)</source>
<translation>SAM 2、SAM-HQ 或 SAM（文件夹或 hub）</translation>
</message>
<message>
<source>SAM ViT-B with finer borders, for thin and intricate things.</source>
<translation>边缘更精细的 SAM ViT-B，适合细小复杂的物体。</translation>
</message>
<message>
<source>SAM ViT-H with finer borders; slow without a graphics card.</source>
<translation>边缘更精细的 SAM ViT-H；没有显卡时较慢。</translation>
</message>
<message>
<source>SAM ViT-L with finer borders, for thin and intricate things.</source>
<translation>边缘更精细的 SAM ViT-L，适合细小复杂的物体。</translation>
</message>
<message>
<source>SAM does not run in {dtype}.</source>
<translation>SAM 不能以 {dtype} 运行。</translation>
</message>
<message>
<source>SAM failed: {error}.</source>
<translation>SAM 失败：{error}。</translation>
</message>
<message>
<source>SAM found no object at these prompts.</source>
<translation>SAM 根据这些提示未找到物体。</translation>
</message>
<message>
<source>SAM has no variant “{variant}”.</source>
<translation>SAM 没有变体“{variant}”。</translation>
</message>
<message>
<source>SAM needs a checkpoint file: sam_vit_b, sam_vit_l or sam_vit_h, each ending in .pth.</source>
<translation>SAM 需要权重文件：sam_vit_b、sam_vit_l 或 sam_vit_h，均以 .pth 结尾。</translation>
</message>
<message>
<source>SAM runs in float32, not in {dtype}.</source>
<translation>SAM 以 float32 运行，而不是 {dtype}。</translation>
</message>
<message>
<source>SAM's checkpoint “{path}” does not exist.</source>
<translation>SAM 的权重文件“{path}”不存在。</translation>
</message>
<message>
<source>SAM's checkpoint “{path}” is a folder.</source>
<translation>SAM 的权重文件“{path}”是文件夹。</translation>
</message>
<message>
<source>SAM's packages cannot be loaded: {error}.</source>
<translation>无法加载 SAM 的软件包：{error}。</translation>
</message>
<message>
<source>Sample project</source>
<translation>示例项目</translation>
</message>
<message>
<source>Save</source>
<translation>保存</translation>
</message>
<message>
<source>Save as CSV</source>
<translation>保存为 CSV</translation>
</message>
<message>
<source>Save as CSV…</source>
<translation>保存为 CSV…</translation>
</message>
<message>
<source>Save as picture</source>
<translation>保存为图片</translation>
</message>
<message>
<source>Save as picture…</source>
<translation>保存为图片…</translation>
</message>
<message>
<source>Save it as UTF-8, then import it again.</source>
<translation>请保存为 UTF-8，然后重新导入。</translation>
</message>
<message>
<source>Say --cluster local, auto, or HOST:PORT of Ray's head on the same network.</source>
<translation>请使用 --cluster local、auto，或同一网络中 Ray 主节点的 HOST:PORT。</translation>
</message>
<message>
<source>Say how two to five selected regions relate</source>
<translation>说明选中的两到五个区域之间的关系</translation>
</message>
<message>
<source>Say where the labels go.</source>
<translation>请指定标注的保存位置。</translation>
</message>
<message>
<source>Search for a category, or name a new one</source>
<translation>查找类别，或命名新类别</translation>
</message>
<message>
<source>Search, or type a new name such as animal/dog</source>
<translation>查找，或输入新名称，例如 animal/dog</translation>
</message>
<message>
<source>Seed </source>
<translation>种子 </translation>
</message>
<message>
<source>Seed of the split</source>
<translation>划分的种子</translation>
</message>
<message>
<source>Segment Anything (SAM)</source>
<translation>Segment Anything (SAM)</translation>
</message>
<message>
<source>Select &amp;all regions</source>
<translation>选中所有区域(&amp;A)</translation>
</message>
<message>
<source>Select at most {max_regions} regions.</source>
<translation>请最多选中 {max_regions} 个区域。</translation>
</message>
<message>
<source>Select each region once.</source>
<translation>每个区域请只选一次。</translation>
</message>
<message>
<source>Select one or more regions first.</source>
<translation>请先选中一个或多个区域。</translation>
</message>
<message>
<source>Select one to {most} regions.</source>
<translation>请选中一到 {most} 个区域。</translation>
</message>
<message>
<source>Select regions first</source>
<translation>请先选中区域</translation>
</message>
<message>
<source>Select regions, or write #1, #2… in the question.</source>
<translation>请选中区域，或在问题中写 #1、#2…</translation>
</message>
<message>
<source>Select regions, then describe them,
relate them, or ask a question.</source>
<translation>请选中区域，然后描述它们、
分析关系，或提出问题。</translation>
</message>
<message>
<source>Select several regions (select and point tool)</source>
<translation>选中多个区域（选择和点工具）</translation>
</message>
<message>
<source>Select that region too, or take it out of the question.</source>
<translation>请同时选中该区域，或从问题中去掉它。</translation>
</message>
<message>
<source>Select the one region that the brush is to change.</source>
<translation>请只选中画笔要修改的那一个区域。</translation>
</message>
<message>
<source>Select the one region that the eraser is to change.</source>
<translation>请只选中橡皮擦要修改的那一个区域。</translation>
</message>
<message>
<source>Select the one region that the outline is to change.</source>
<translation>请只选中轮廓要修改的那一个区域。</translation>
</message>
<message>
<source>Select the region that the eraser is to take from.</source>
<translation>请选中橡皮擦要擦除的区域。</translation>
</message>
<message>
<source>Select the region that the outline is to take from.</source>
<translation>请选中轮廓要减去的区域。</translation>
</message>
<message>
<source>Select them with Ctrl, the first one first.</source>
<translation>请按住 Ctrl 选中它们，先选第一个。</translation>
</message>
<message>
<source>Select two regions to relate</source>
<translation>选中两个区域以建立关系</translation>
</message>
<message>
<source>Select two to five regions (Ctrl+click), then relate them.</source>
<translation>请选中两到五个区域（Ctrl+点击），然后分析关系。</translation>
</message>
<message>
<source>Send it again (POST /v1/images).</source>
<translation>请重新发送（POST /v1/images）。</translation>
</message>
<message>
<source>Send it again.</source>
<translation>请重新发送。</translation>
</message>
<message>
<source>Set what you need again, or repair the file and rename it back.</source>
<translation>请重新设置所需内容，或修复文件并改回原名。</translation>
</message>
<message>
<source>Several categories</source>
<translation>多个类别</translation>
</message>
<message>
<source>Shares of training, validation and test</source>
<translation>训练集、验证集和测试集的比例</translation>
</message>
<message>
<source>Shift + click (point tool)</source>
<translation>Shift + 点击（点工具）</translation>
</message>
<message>
<source>Shift + wheel</source>
<translation>Shift + 滚轮</translation>
</message>
<message>
<source>Shortcuts</source>
<translation>快捷键</translation>
</message>
<message>
<source>Show &amp;regions</source>
<translation>显示区域(&amp;R)</translation>
</message>
<message>
<source>Show earlier answers ({hidden})</source>
<translation>显示更早的回答 ({hidden})</translation>
</message>
<message>
<source>Show it</source>
<translation>显示</translation>
</message>
<message>
<source>Show the models</source>
<translation>显示模型</translation>
</message>
<message>
<source>Size</source>
<translation>大小</translation>
</message>
<message>
<source>Size of brush and eraser</source>
<translation>画笔和橡皮擦的大小</translation>
</message>
<message>
<source>Something unexpected went wrong: {name}: {error}.</source>
<translation>发生意外错误：{name}：{error}。</translation>
</message>
<message>
<source>Space + drag, middle button</source>
<translation>空格 + 拖动，中键</translation>
</message>
<message>
<source>Space, Shift + Space to take away</source>
<translation>空格，Shift + 空格减去</translation>
</message>
<message>
<source>Split into training, validation and test</source>
<translation>划分为训练集、验证集和测试集</translation>
</message>
<message>
<source>Start anew with a click on the object.</source>
<translation>请点击物体重新开始。</translation>
</message>
<message>
<source>Start it with a describer, or choose another one.</source>
<translation>请带描述引擎启动它，或换一个服务器。</translation>
</message>
<message>
<source>Start it with a segmenter, or choose another one.</source>
<translation>请带抠图引擎启动它，或换一个服务器。</translation>
</message>
<message>
<source>Start it with one, or choose another server.</source>
<translation>请带上它启动服务器，或换一个服务器。</translation>
</message>
<message>
<source>Start one with “ray start --head”, check the address, or say --cluster local.</source>
<translation>请用“ray start --head”启动一个，检查地址，或使用 --cluster local。</translation>
</message>
<message>
<source>Stat&amp;istics…</source>
<translation>统计(&amp;I)…</translation>
</message>
<message>
<source>State</source>
<translation>状态</translation>
</message>
<message>
<source>Statistics</source>
<translation>统计</translation>
</message>
<message>
<source>Stop</source>
<translation>停止</translation>
</message>
<message>
<source>Stop answering; the words so far are kept</source>
<translation>停止回答；保留已有的文字</translation>
</message>
<message>
<source>Stop test</source>
<translation>停止测试</translation>
</message>
<message>
<source>Stop the download; what has come is kept</source>
<translation>停止下载；保留已下载的部分</translation>
</message>
<message>
<source>Stopped after {done:,} of {total:,} photos. Open the folder again for the rest.</source>
<translation>已在 {total:,} 张照片中的第 {done:,} 张后停止。要加入其余照片，请再次打开该文件夹。</translation>
</message>
<message>
<source>Stopped before the first word.</source>
<translation>在出现第一个词之前已停止。</translation>
</message>
<message>
<source>Stopping; what has come is kept.</source>
<translation>正在停止；已下载的部分会保留。</translation>
</message>
<message>
<source>Subject</source>
<translation>主体</translation>
</message>
<message>
<source>Suggested: {noun}</source>
<translation>建议：{noun}</translation>
</message>
<message>
<source>Table of captions (CSV)</source>
<translation>描述表 (CSV)</translation>
</message>
<message>
<source>Take a longer one, such as that of “openssl rand -hex 32”.</source>
<translation>请用更长的令牌，例如“openssl rand -hex 32”的输出。</translation>
</message>
<message>
<source>Take a prompt or a vertex away</source>
<translation>移除提示或顶点</translation>
</message>
<message>
<source>Take an outline's corner back</source>
<translation>撤回轮廓的角点</translation>
</message>
<message>
<source>Take away from the object</source>
<translation>从物体中减去</translation>
</message>
<message>
<source>Take back the last click; it lies on top of the object's own.</source>
<translation>请撤回最后一次点击；它与物体自身的点击重叠。</translation>
</message>
<message>
<source>Take it over</source>
<translation>改用于此</translation>
</message>
<message>
<source>Take off the list</source>
<translation>从列表中移除</translation>
</message>
<message>
<source>Take that image out first, or leave this one as it is.</source>
<translation>请先移出那张图像，或保持此图像不变。</translation>
</message>
<message>
<source>Take this answer over as it is</source>
<translation>原样接受此回答</translation>
</message>
<message>
<source>Take this card away</source>
<translation>移除此卡片</translation>
</message>
<message>
<source>Test run</source>
<translation>试运行</translation>
</message>
<message>
<source>That is the project itself. Choose another name.</source>
<translation>那是项目本身。请选择其他名称。</translation>
</message>
<message>
<source>The PNG is not RGB with 8 bits a channel.</source>
<translation>该 PNG 不是每通道 8 位的 RGB。</translation>
</message>
<message>
<source>The annotation has neither a mask nor a box.</source>
<translation>该标注既没有掩码也没有框。</translation>
</message>
<message>
<source>The answer was copied.</source>
<translation>回答已复制。</translation>
</message>
<message>
<source>The answers so far are in the project.</source>
<translation>目前为止的回答都在项目中。</translation>
</message>
<message>
<source>The backup was stopped; nothing was written.</source>
<translation>备份已停止；没有写入任何内容。</translation>
</message>
<message>
<source>The backup “{name}” could not be written: {reason}.</source>
<translation>无法写入备份“{name}”：{reason}。</translation>
</message>
<message>
<source>The box has no pixel inside the image.</source>
<translation>框在图像内没有像素。</translation>
</message>
<message>
<source>The box {x0:g},{y0:g},{x1:g},{y1:g} covers no pixel of the {width}×{height} image.</source>
<translation>框 {x0:g},{y0:g},{x1:g},{y1:g} 未覆盖 {width}×{height} 图像的任何像素。</translation>
</message>
<message>
<source>The cache folder “{cache}” cannot be written: {strerror}.</source>
<translation>无法写入缓存文件夹“{cache}”：{strerror}。</translation>
</message>
<message>
<source>The call came too slowly: {count:,} of {length:,} bytes.</source>
<translation>请求到达得太慢：{length:,} 字节中只收到 {count:,} 字节。</translation>
</message>
<message>
<source>The call does not say how long it is (Content-Length).</source>
<translation>请求没有说明长度（Content-Length）。</translation>
</message>
<message>
<source>The call has {length:,} bytes; at most {most:,} are taken.</source>
<translation>请求有 {length:,} 字节，最多接受 {most:,} 字节。</translation>
</message>
<message>
<source>The call is no JSON: {why}.</source>
<translation>请求不是 JSON：{why}。</translation>
</message>
<message>
<source>The call is not as it should be: {why}.</source>
<translation>请求不符合要求：{why}。</translation>
</message>
<message>
<source>The captions of regions, with their boxes.</source>
<translation>区域的描述及其框。</translation>
</message>
<message>
<source>The category number {place} is not as expected: {error}.</source>
<translation>第 {place} 个类别不符合预期：{error}。</translation>
</message>
<message>
<source>The category that every project begins with is missing; it is shown all the same.</source>
<translation>每个项目最初的类别缺失；仍会显示它。</translation>
</message>
<message>
<source>The change could not be written to “{name}”: {error}.</source>
<translation>无法将更改写入“{name}”：{error}。</translation>
</message>
<message>
<source>The chat template of “{folder}” fails: {error}.</source>
<translation>“{folder}”的对话模板出错：{error}。</translation>
</message>
<message>
<source>The chat template of “{folder}” puts the image or a region {ids} times into the prompt instead of once.</source>
<translation>“{folder}”的对话模板把图像或区域放入提示 {ids} 次，而应为一次。</translation>
</message>
<message>
<source>The check was stopped.</source>
<translation>检查已停止。</translation>
</message>
<message>
<source>The client has gone.</source>
<translation>客户端已离开。</translation>
</message>
<message>
<source>The cluster has no GPU, and “{device}” is asked for.</source>
<translation>集群没有 GPU，而要求使用“{device}”。</translation>
</message>
<message>
<source>The cluster has room for {count} workers only.</source>
<translation>集群只容得下 {count} 个工作进程。</translation>
</message>
<message>
<source>The cluster's workers die or fail again and again ({kind}: {error}).</source>
<translation>集群的工作进程一再终止或失败（{kind}：{error}）。</translation>
</message>
<message>
<source>The disk is full: “{name}” was not downloaded to the end.</source>
<translation>磁盘已满：“{name}”未下载完成。</translation>
</message>
<message>
<source>The engine is busy: {count} calls wait.</source>
<translation>引擎正忙：有 {count} 个请求在等待。</translation>
</message>
<message>
<source>The engine “{name}” describes; it cannot segment.</source>
<translation>引擎“{name}”用于描述，不能分割。</translation>
</message>
<message>
<source>The engine “{name}” segments; it cannot describe.</source>
<translation>引擎“{name}”用于分割，不能描述。</translation>
</message>
<message>
<source>The engine “{name}” stopped without an end.</source>
<translation>引擎“{name}”没有结束就停止了。</translation>
</message>
<message>
<source>The entry point “{name}” is not a catalogue of models.</source>
<translation>入口点“{name}”不是模型目录。</translation>
</message>
<message>
<source>The entry point “{name}” is not an engine factory.</source>
<translation>入口点“{name}”不是引擎工厂。</translation>
</message>
<message>
<source>The export was stopped; nothing was written.</source>
<translation>导出已停止；没有写入任何内容。</translation>
</message>
<message>
<source>The file cannot be read.</source>
<translation>无法读取该文件。</translation>
</message>
<message>
<source>The file is another one than was labelled; the masks may not fit.</source>
<translation>该文件不是标注时的文件；掩码可能不吻合。</translation>
</message>
<message>
<source>The file is damaged; fetch it again from where it came.</source>
<translation>文件已损坏；请从来源处重新获取。</translation>
</message>
<message>
<source>The file that it came from is damaged; export it again.</source>
<translation>其来源文件已损坏；请重新导出。</translation>
</message>
<message>
<source>The file was kept as “{name}”; the defaults are used.</source>
<translation>文件已保留为“{name}”；使用默认设置。</translation>
</message>
<message>
<source>The file was left as it is; the defaults are used.</source>
<translation>文件保持原样；使用默认设置。</translation>
</message>
<message>
<source>The file was not changed.</source>
<translation>文件未更改。</translation>
</message>
<message>
<source>The file was removed; the files that were complete are kept.</source>
<translation>文件已移除；已完整的文件会保留。</translation>
</message>
<message>
<source>The files that are imported have changed meanwhile.</source>
<translation>要导入的文件在此期间已改变。</translation>
</message>
<message>
<source>The first is “{first}”. All labels are kept. Choose the folder where they are now; they are found by their content.</source>
<translation>第一张是“{first}”。所有标注都已保留。请选择照片现在所在的文件夹；将根据内容找到它们。</translation>
</message>
<message>
<source>The first is “{path}”. All masks are kept, but may not fit any more.</source>
<translation>第一张是“{path}”。所有掩码都已保留，但可能不再吻合。</translation>
</message>
<message>
<source>The hub does not say how large “{rfilename}” is.</source>
<translation>hub 未说明“{rfilename}”的大小。</translation>
</message>
<message>
<source>The hub gives “{rfilename}” no usable ETag.</source>
<translation>hub 未给出“{rfilename}”的可用 ETag。</translation>
</message>
<message>
<source>The hub has no model “{repository}”, or not for you.</source>
<translation>hub 上没有模型“{repository}”，或您无权访问。</translation>
</message>
<message>
<source>The hub names no commit of “{repository}”.</source>
<translation>hub 未给出“{repository}”的提交。</translation>
</message>
<message>
<source>The image in view</source>
<translation>当前图像</translation>
</message>
<message>
<source>The image is not loaded.</source>
<translation>图像尚未加载。</translation>
</message>
<message>
<source>The import was stopped; nothing was written.</source>
<translation>导入已停止；没有写入任何内容。</translation>
</message>
<message>
<source>The installed timm does not say how to compute “{name}”.</source>
<translation>已安装的 timm 未说明如何计算“{name}”。</translation>
</message>
<message>
<source>The labels could not be written to “{path}”: {strerror}.</source>
<translation>无法将标注写入“{path}”：{strerror}。</translation>
</message>
<message>
<source>The labels themselves are not affected.</source>
<translation>标注本身不受影响。</translation>
</message>
<message>
<source>The labels were exported, and the project is safe.</source>
<translation>标注已导出，项目是安全的。</translation>
</message>
<message>
<source>The language changes when GAR Studio is started again.</source>
<translation>语言将在 GAR Studio 重新启动后更改。</translation>
</message>
<message>
<source>The larger GAR: more exact words. It is meant for a graphics card with 24 GB.</source>
<translation>较大的 GAR：用词更精确。适用于 24 GB 的显卡。</translation>
</message>
<message>
<source>The limit is {max_pixels:,} pixels.</source>
<translation>上限为 {max_pixels:,} 像素。</translation>
</message>
<message>
<source>The machine “{name}” has no file “{path}”.</source>
<translation>机器“{name}”上没有文件“{path}”。</translation>
</message>
<message>
<source>The mask has {width}×{height} pixels, but the image has {image_width}×{image_height}.</source>
<translation>掩码为 {width}×{height} 像素，而图像为 {image_width}×{image_height}。</translation>
</message>
<message>
<source>The mask is empty.</source>
<translation>掩码为空。</translation>
</message>
<message>
<source>The mask of region #{number} has {width}×{height} pixels, but the image has {image_width}×{image_height}.</source>
<translation>区域 #{number} 的掩码为 {width}×{height} 像素，而图像为 {image_width}×{image_height}。</translation>
</message>
<message>
<source>The mask of region #{number} is empty.</source>
<translation>区域 #{number} 的掩码为空。</translation>
</message>
<message>
<source>The mask to refine carries logits of {shape}; this SAM needs {logits_shape}.</source>
<translation>要细化的掩码带有 {shape} 的 logits；此 SAM 需要 {logits_shape}。</translation>
</message>
<message>
<source>The mask to refine has {width}×{height} pixels, but the image has {image_width}×{image_height}.</source>
<translation>要细化的掩码为 {width}×{height} 像素，而图像为 {image_width}×{image_height}。</translation>
</message>
<message>
<source>The mask “{name}” is empty: all of it is black.</source>
<translation>掩码“{name}”为空：全部为黑色。</translation>
</message>
<message>
<source>The mask's run lengths are not valid COCO RLE.</source>
<translation>掩码的游程长度不是有效的 COCO RLE。</translation>
</message>
<message>
<source>The mask's run lengths do not fill its {width}×{height} pixels exactly.</source>
<translation>掩码的游程长度未恰好填满其 {width}×{height} 像素。</translation>
</message>
<message>
<source>The mask's size {size} is not [height, width] of its image, {value}.</source>
<translation>掩码的尺寸 {size} 不是其图像的 [高, 宽]，即 {value}。</translation>
</message>
<message>
<source>The masks are kept as they are.</source>
<translation>掩码保持原样。</translation>
</message>
<message>
<source>The memory was full. The answer begins anew with at most {fewer} tiles instead of {tiles}, so it sees less detail.</source>
<translation>内存已满。回答改用最多 {fewer} 个图块（原为 {tiles} 个）重新开始，因此看到的细节较少。</translation>
</message>
<message>
<source>The memory was full. The answer begins anew, alone.</source>
<translation>内存已满。回答单独重新开始。</translation>
</message>
<message>
<source>The model failed: {error}.</source>
<translation>模型失败：{error}。</translation>
</message>
<message>
<source>The model folder “{folder}” has no {preprocessor_file}.</source>
<translation>模型文件夹“{folder}”中没有 {preprocessor_file}。</translation>
</message>
<message>
<source>The model folder “{folder}” has no {single_file}.</source>
<translation>模型文件夹“{folder}”中没有 {single_file}。</translation>
</message>
<message>
<source>The model folder “{folder}” has no {tokenizer_file}.</source>
<translation>模型文件夹“{folder}”中没有 {tokenizer_file}。</translation>
</message>
<message>
<source>The model folder “{folder}” lacks {missing}.</source>
<translation>模型文件夹“{folder}”缺少 {missing}。</translation>
</message>
<message>
<source>The model folder “{parent}” has no {name}.</source>
<translation>模型文件夹“{parent}”中没有 {name}。</translation>
</message>
<message>
<source>The model had nothing to say.</source>
<translation>模型没有给出回答。</translation>
</message>
<message>
<source>The model in “{folder}” is of type “{model_type}”, not “{model_type_2}”.</source>
<translation>“{folder}”中的模型类型为“{model_type}”，而不是“{model_type_2}”。</translation>
</message>
<message>
<source>The model in “{folder}” needs about {bytes} in {dtype}, and {free} are free on {device}.</source>
<translation>“{folder}”中的模型以 {dtype} 运行约需 {bytes}，而 {device} 上有 {free} 可用。</translation>
</message>
<message>
<source>The model said nothing about a region.</source>
<translation>模型没有描述其中一个区域。</translation>
</message>
<message>
<source>The model's process does not answer.</source>
<translation>模型的进程没有响应。</translation>
</message>
<message>
<source>The model's process has ended (status {status}).</source>
<translation>模型的进程已结束（状态 {status}）。</translation>
</message>
<message>
<source>The model's process was killed, most likely because the memory was full.</source>
<translation>模型的进程被终止，很可能是因为内存已满。</translation>
</message>
<message>
<source>The most exact SAM 2.1; better with a graphics card.</source>
<translation>最精确的 SAM 2.1；最好使用显卡。</translation>
</message>
<message>
<source>The most exact of the first SAMs; slow without a graphics card.</source>
<translation>第一代 SAM 中最精确的；没有显卡时较慢。</translation>
</message>
<message>
<source>The name of the file “{shown}” is no text in UTF-8.</source>
<translation>文件名“{shown}”不是 UTF-8 文本。</translation>
</message>
<message>
<source>The name of “{name}” (or of its folder) is not valid Unicode.</source>
<translation>“{name}”（或其文件夹）的名称不是有效的 Unicode。</translation>
</message>
<message>
<source>The next image</source>
<translation>下一张图像</translation>
</message>
<message>
<source>The next new {table} would take the place of one that is there.</source>
<translation>下一个新的 {table} 会取代已有的一个。</translation>
</message>
<message>
<source>The next {n} images</source>
<translation>接下来的 {n} 张图像</translation>
</message>
<message>
<source>The number of tiles must lie between 1 and {max_tiles}.</source>
<translation>图块数必须在 1 到 {max_tiles} 之间。</translation>
</message>
<message>
<source>The numbers of a shape are no pixels.</source>
<translation>形状的数字不是像素。</translation>
</message>
<message>
<source>The numbers of the box are too large.</source>
<translation>框的数字太大。</translation>
</message>
<message>
<source>The part of the photo that is in view; drag to move it</source>
<translation>照片当前可见的部分；拖动可移动</translation>
</message>
<message>
<source>The parts of “{text}” add up to neither 100 nor 1.</source>
<translation>“{text}”的各部分之和既不是 100 也不是 1。</translation>
</message>
<message>
<source>The photo has to be there, under this path, on every machine.</source>
<translation>每台机器上的这个路径都必须有这张照片。</translation>
</message>
<message>
<source>The photo has {width}×{height} pixels; the limit is {max_pixels:,}.</source>
<translation>照片为 {width}×{height} 像素；上限为 {max_pixels:,}。</translation>
</message>
<message>
<source>The photo has {width}×{height} pixels; this server takes at most {most:,}.</source>
<translation>照片有 {width}×{height} 像素，此服务器最多接受 {most:,} 像素。</translation>
</message>
<message>
<source>The photo is no PNG that can be read.</source>
<translation>照片不是可读取的 PNG。</translation>
</message>
<message>
<source>The picture inside “{place}” cannot be read.</source>
<translation>无法读取“{place}”中的图片。</translation>
</message>
<message>
<source>The picture of a mask cannot be read.</source>
<translation>无法读取掩码的图片。</translation>
</message>
<message>
<source>The picture of a mask has colours ({mode}), not numbers.</source>
<translation>掩码的图片是彩色的（{mode}），而不是数字。</translation>
</message>
<message>
<source>The picture of a mask has more than {max_pixels:,} pixels.</source>
<translation>掩码的图片超过 {max_pixels:,} 像素。</translation>
</message>
<message>
<source>The picture of a mask has more than {max_untrusted:,} pixels, and no photo of its size is there.</source>
<translation>掩码的图片超过 {max_untrusted:,} 像素，且没有相同尺寸的照片。</translation>
</message>
<message>
<source>The picture of a mask has {width}×{height} pixels, but {wide}×{high} are needed.</source>
<translation>掩码的图片为 {width}×{height} 像素，而需要 {wide}×{high}。</translation>
</message>
<message>
<source>The picture of a mask is damaged ({error}).</source>
<translation>掩码的图片已损坏（{error}）。</translation>
</message>
<message>
<source>The picture of a mask is damaged.</source>
<translation>掩码的图片已损坏。</translation>
</message>
<message>
<source>The picture of a mask is no base64.</source>
<translation>掩码的图片不是 base64。</translation>
</message>
<message>
<source>The picture's numbers change more than {max_runs:,} times.</source>
<translation>图片中的数字变化超过 {max_runs:,} 次。</translation>
</message>
<message>
<source>The point ({x:g}, {y:g}) lies outside the {width}×{height} image.</source>
<translation>点 ({x:g}, {y:g}) 在 {width}×{height} 的图像之外。</translation>
</message>
<message>
<source>The points of a mask are no pixels.</source>
<translation>掩码的点不是像素。</translation>
</message>
<message>
<source>The project is not affected.</source>
<translation>项目不受影响。</translation>
</message>
<message>
<source>The project is open for reading only, so answers could not be kept.</source>
<translation>项目以只读方式打开，因此无法保存回答。</translation>
</message>
<message>
<source>The project is open for reading only.</source>
<translation>项目以只读方式打开。</translation>
</message>
<message>
<source>The project is open for reading only; masks cannot be added.</source>
<translation>项目以只读方式打开；无法添加掩码。</translation>
</message>
<message>
<source>The project is open for reading only; masks cannot be changed.</source>
<translation>项目以只读方式打开；无法更改掩码。</translation>
</message>
<message>
<source>The project is safe, and an older export of that name was not changed.</source>
<translation>项目是安全的，同名的旧导出未更改。</translation>
</message>
<message>
<source>The project is safe, and an older file of that name was not changed.</source>
<translation>项目是安全的，同名的旧文件未更改。</translation>
</message>
<message>
<source>The project was not changed, and there is no half of a backup.</source>
<translation>项目未更改，也没有不完整的备份。</translation>
</message>
<message>
<source>The prompt has image and slot tokens {found}, but {wanted} are needed.</source>
<translation>提示中的图像和槽位 token 为 {found}，而需要 {wanted}。</translation>
</message>
<message>
<source>The prompts leave no pixel to the object.</source>
<translation>这些提示没有给物体留下任何像素。</translation>
</message>
<message>
<source>The question is about no region.</source>
<translation>问题没有涉及任何区域。</translation>
</message>
<message>
<source>The question mentions {region_id}, which is not among the {count} regions that are asked about ({given}).</source>
<translation>问题提到了 {region_id}，它不在所问的 {count} 个区域（{given}）之中。</translation>
</message>
<message>
<source>The question needs {length} tokens with its answer; the model takes {context}.</source>
<translation>问题连同回答需要 {length} 个 token；模型最多接受 {context} 个。</translation>
</message>
<message>
<source>The quickest SAM: a good first choice without a graphics card.</source>
<translation>最快的 SAM：没有显卡时的首选。</translation>
</message>
<message>
<source>The region hangs together.</source>
<translation>该区域是连通的整体。</translation>
</message>
<message>
<source>The region has no outline.</source>
<translation>该区域没有轮廓。</translation>
</message>
<message>
<source>The region is locked.</source>
<translation>该区域已锁定。</translation>
</message>
<message>
<source>The region's outline has more than {max_points:,} points.</source>
<translation>该区域的轮廓超过 {max_points:,} 个点。</translation>
</message>
<message>
<source>The region's outline is longer than {max_outline:,} pixels.</source>
<translation>该区域的轮廓长于 {max_outline:,} 像素。</translation>
</message>
<message>
<source>The region's outline lies far outside its image.</source>
<translation>该区域的轮廓远在图像之外。</translation>
</message>
<message>
<source>The report of what was lost could not be written beside “{name}”: {strerror}.</source>
<translation>无法在“{name}”旁写入损失报告：{strerror}。</translation>
</message>
<message>
<source>The request is about another image.</source>
<translation>请求是关于另一张图像的。</translation>
</message>
<message>
<source>The same content was found under other names. All labels are kept.</source>
<translation>在其他名称下找到了相同的内容。所有标注都已保留。</translation>
</message>
<message>
<source>The sample project cannot be put into “{folder}”: {strerror}.</source>
<translation>无法将示例项目放入“{folder}”：{strerror}。</translation>
</message>
<message>
<source>The server at {address} does not answer: {why}.</source>
<translation>{address} 的服务器没有响应：{why}。</translation>
</message>
<message>
<source>The server at {address} does not cut out.</source>
<translation>{address} 的服务器不提供抠图。</translation>
</message>
<message>
<source>The server at {address} is GAR Studio {version}, which speaks another protocol than this one ({own}).</source>
<translation>{address} 的服务器是 GAR Studio {version}，其协议与本程序（{own}）不同。</translation>
</message>
<message>
<source>The server at {address} only cuts out.</source>
<translation>{address} 的服务器只提供抠图。</translation>
</message>
<message>
<source>The server at {address} runs {now} now; it was {known}.</source>
<translation>{address} 的服务器现在运行 {now}，之前是 {known}。</translation>
</message>
<message>
<source>The server cannot listen at {host}:{port}: {why}.</source>
<translation>服务器无法在 {host}:{port} 监听：{why}。</translation>
</message>
<message>
<source>The server does not have this photo, or not any more.</source>
<translation>服务器没有这张照片，或已不再保留。</translation>
</message>
<message>
<source>The server is being shut down.</source>
<translation>服务器正在关闭。</translation>
</message>
<message>
<source>The server is busy: {count} calls are under way.</source>
<translation>服务器正忙：有 {count} 个请求正在处理。</translation>
</message>
<message>
<source>The server stopped without an end.</source>
<translation>服务器中途停止，没有给出结尾。</translation>
</message>
<message>
<source>The settings cannot be written to “{path}”: {strerror}.</source>
<translation>无法将设置写入“{path}”：{strerror}。</translation>
</message>
<message>
<source>The settings in “{folder}” contradict each other: {problem}.</source>
<translation>“{folder}”中的设置相互矛盾：{problem}。</translation>
</message>
<message>
<source>The settings in “{path}” are damaged: {why}.</source>
<translation>“{path}”中的设置已损坏：{why}。</translation>
</message>
<message>
<source>The settings in “{path}” cannot be read: {strerror}.</source>
<translation>无法读取“{path}”中的设置：{strerror}。</translation>
</message>
<message>
<source>The settings of “{folder}” for pictures cannot be read: {error}.</source>
<translation>无法读取“{folder}”的图片设置：{error}。</translation>
</message>
<message>
<source>The settings on disk are the old ones.</source>
<translation>磁盘上的设置仍是旧的。</translation>
</message>
<message>
<source>The smallest of the first SAMs, and the quickest on a processor.</source>
<translation>第一代 SAM 中最小的，在处理器上也最快。</translation>
</message>
<message>
<source>The step “{name}” cannot be undone or redone: its record is damaged.</source>
<translation>步骤“{name}”无法撤销或重做：其记录已损坏。</translation>
</message>
<message>
<source>The text contains a token that is reserved for the model's own use.</source>
<translation>文本中含有模型保留的 token。</translation>
</message>
<message>
<source>The text holds half a character, which no file can keep.</source>
<translation>文本中含有半个字符，无法保存到文件。</translation>
</message>
<message>
<source>The token cannot be kept in “{path}”: {why}.</source>
<translation>无法把令牌保存到“{path}”：{why}。</translation>
</message>
<message>
<source>The token in “{path}” cannot be read: {error}.</source>
<translation>无法读取“{path}”中的令牌：{error}。</translation>
</message>
<message>
<source>The token is missing or wrong.</source>
<translation>缺少令牌，或令牌不正确。</translation>
</message>
<message>
<source>The tokenizer in “{folder}” has no special token with the id {token}.</source>
<translation>“{folder}”中的分词器没有 id 为 {token} 的特殊 token。</translation>
</message>
<message>
<source>The tokenizer in “{folder}” has no token {text}.</source>
<translation>“{folder}”中的分词器没有 token {text}。</translation>
</message>
<message>
<source>The tokenizer in “{folder}” has {count} tokens, the network {vocabulary}.</source>
<translation>“{folder}”中的分词器有 {count} 个 token，网络有 {vocabulary} 个。</translation>
</message>
<message>
<source>The tokenizer needs {end_of_turn}, or config.json an eos_token_id.</source>
<translation>分词器需要 {end_of_turn}，或 config.json 需要 eos_token_id。</translation>
</message>
<message>
<source>The weights could not be brought to {value}: {error}.</source>
<translation>无法将权重转换为 {value}：{error}。</translation>
</message>
<message>
<source>The weights in “{folder}” do not fit their config.json; {found}.</source>
<translation>“{folder}”中的权重与其 config.json 不符；{found}。</translation>
</message>
<message>
<source>The weights in “{folder}” do not fit their config.json; {problems}.</source>
<translation>“{folder}”中的权重与其 config.json 不符；{problems}。</translation>
</message>
<message>
<source>The weights in “{folder}” take {wanted} in {name}, and {free} are free on {place}.</source>
<translation>“{folder}”中的权重以 {name} 占用 {wanted}，而 {place} 上有 {free} 可用。</translation>
</message>
<message>
<source>The words so far were kept, and all regions.</source>
<translation>已有的文字和所有区域都已保留。</translation>
</message>
<message>
<source>The words so far were kept.</source>
<translation>已有的文字已保留。</translation>
</message>
<message>
<source>The {noun} “{name}” cannot be loaded: {error}.</source>
<translation>无法加载{noun}“{name}”：{error}。</translation>
</message>
<message>
<source>Then choose {name} again.</source>
<translation>然后再次选择 {name}。</translation>
</message>
<message>
<source>There are no images in “{folder}”.</source>
<translation>“{folder}”中没有图像。</translation>
</message>
<message>
<source>There are no images that can be opened in “{parent}”.</source>
<translation>“{parent}”中没有可以打开的图像。</translation>
</message>
<message>
<source>There are no names of classes in “{name}”.</source>
<translation>“{name}”中没有类别名称。</translation>
</message>
<message>
<source>There are {count} categories; a class mask has room for {max_classes}.</source>
<translation>有 {count} 个类别；类别掩码最多容纳 {max_classes} 个。</translation>
</message>
<message>
<source>There is a category “{cleaned}” already.</source>
<translation>已有类别“{cleaned}”。</translation>
</message>
<message>
<source>There is no category “{path}” any more.</source>
<translation>类别“{path}”已不存在。</translation>
</message>
<message>
<source>There is no click, box or scribble to cut out.</source>
<translation>没有可供分割的点击、框或涂画。</translation>
</message>
<message>
<source>There is no device cuda:{index}; this machine has {count}.</source>
<translation>没有设备 cuda:{index}；此机器有 {count} 个。</translation>
</message>
<message>
<source>There is no file or folder “{path}”.</source>
<translation>没有文件或文件夹“{path}”。</translation>
</message>
<message>
<source>There is no file “{path}”.</source>
<translation>没有文件“{path}”。</translation>
</message>
<message>
<source>There is no folder “{folder}”.</source>
<translation>没有文件夹“{folder}”。</translation>
</message>
<message>
<source>There is no folder “{model}”.</source>
<translation>没有文件夹“{model}”。</translation>
</message>
<message>
<source>There is no folder “{path}”.</source>
<translation>没有文件夹“{path}”。</translation>
</message>
<message>
<source>There is no project “{path}”.</source>
<translation>没有项目“{path}”。</translation>
</message>
<message>
<source>There is no question.</source>
<translation>没有问题。</translation>
</message>
<message>
<source>There is no region #{unknown} on this image.</source>
<translation>此图像上没有区域 #{unknown}。</translation>
</message>
<message>
<source>There is no region to ask about.</source>
<translation>没有可供提问的区域。</translation>
</message>
<message>
<source>There is no such call: {why}.</source>
<translation>没有这样的请求：{why}。</translation>
</message>
<message>
<source>There is no such file; its labels are kept.</source>
<translation>没有这个文件；其标注已保留。</translation>
</message>
<message>
<source>There is no such stream, or not any more.</source>
<translation>没有这个流，或它已结束。</translation>
</message>
<message>
<source>There is no {kind} {id} any more.</source>
<translation>{kind} {id} 已不存在。</translation>
</message>
<message>
<source>There is no {noun} called “{name}”.</source>
<translation>没有名为“{name}”的{noun}。</translation>
</message>
<message>
<source>There is not enough memory for SAM.</source>
<translation>内存不足，无法运行 SAM。</translation>
</message>
<message>
<source>There is not enough memory for this request.</source>
<translation>内存不足，无法处理此请求。</translation>
</message>
<message>
<source>There is not enough memory on {device} for the weights in “{folder}”.</source>
<translation>{device} 上的内存不足以容纳“{folder}”中的权重。</translation>
</message>
<message>
<source>There is not enough memory to open “{name}”.</source>
<translation>内存不足，无法打开“{name}”。</translation>
</message>
<message>
<source>There is not enough memory to read “{name}”.</source>
<translation>内存不足，无法读取“{name}”。</translation>
</message>
<message>
<source>There is nothing to export yet.</source>
<translation>还没有可导出的内容。</translation>
</message>
<message>
<source>There is nothing to split.</source>
<translation>没有可拆分的部分。</translation>
</message>
<message>
<source>These things are not as they should be in {what}. Nothing was changed.</source>
<translation>{what} 中有以下问题。没有任何更改。</translation>
</message>
<message>
<source>They are safe in the file's log.</source>
<translation>它们安全地保存在文件的日志中。</translation>
</message>
<message>
<source>This GAR cannot be built with the installed timm and transformers: {error}.</source>
<translation>已安装的 timm 和 transformers 无法构建此 GAR：{error}。</translation>
</message>
<message>
<source>This GAR engine was closed.</source>
<translation>此 GAR 引擎已关闭。</translation>
</message>
<message>
<source>This drive allows no write-ahead log; saving is slower.</source>
<translation>此驱动器不支持预写日志；保存较慢。</translation>
</message>
<message>
<source>This engine needs a folder or a hub id with a SAM, SAM-HQ or SAM 2.</source>
<translation>此引擎需要含有 SAM、SAM-HQ 或 SAM 2 的文件夹或 hub id。</translation>
</message>
<message>
<source>This graphics card cannot compute in bfloat16.</source>
<translation>此显卡不能以 bfloat16 计算。</translation>
</message>
<message>
<source>This machine has no Apple GPU (mps).</source>
<translation>此机器没有 Apple 图形处理器 (mps)。</translation>
</message>
<message>
<source>This machine has no CUDA device, or torch was installed without CUDA.</source>
<translation>此机器没有 CUDA 设备，或安装的 torch 不含 CUDA。</translation>
</message>
<message>
<source>This server has no {noun}.</source>
<translation>此服务器没有{noun}。</translation>
</message>
<message>
<source>This takes two regions or more.</source>
<translation>此操作需要两个或更多区域。</translation>
</message>
<message>
<source>Those that are known: {known}.</source>
<translation>已知的有：{known}。</translation>
</message>
<message>
<source>To</source>
<translation>保存到</translation>
</message>
<message>
<source>Token</source>
<translation>令牌</translation>
</message>
<message>
<source>Too many calls: at most {rate:g} a second.</source>
<translation>请求过多：每秒最多 {rate:g} 次。</translation>
</message>
<message>
<source>Too many photos arrive at once.</source>
<translation>同时到达的照片过多。</translation>
</message>
<message>
<source>Tools</source>
<translation>工具</translation>
</message>
<message>
<source>Try again in a moment.</source>
<translation>请稍后重试。</translation>
</message>
<message>
<source>Try again; if it happens again, report it with the log.</source>
<translation>请重试；如果再次发生，请附上日志报告。</translation>
</message>
<message>
<source>Try again; run “gar-studio doctor” if it fails again.</source>
<translation>请重试；如果再次失败，请运行“gar-studio doctor”。</translation>
</message>
<message>
<source>Try other clicks or a box.</source>
<translation>请尝试其他点击或画一个框。</translation>
</message>
<message>
<source>Type that character again.</source>
<translation>请重新输入该字符。</translation>
</message>
<message>
<source>Type the name of a command</source>
<translation>输入命令名称</translation>
</message>
<message>
<source>Undid: {name}</source>
<translation>已撤销：{name}</translation>
</message>
<message>
<source>Undo that, or ask about the regions that are there.</source>
<translation>请撤销该操作，或就现有区域提问。</translation>
</message>
<message>
<source>Unload</source>
<translation>卸载</translation>
</message>
<message>
<source>Unlock it first, with the lock in the list of regions.</source>
<translation>请先用区域列表中的锁将其解锁。</translation>
</message>
<message>
<source>Unset HF_HUB_OFFLINE, or give a local folder.</source>
<translation>请取消设置 HF_HUB_OFFLINE，或指定本地文件夹。</translation>
</message>
<message>
<source>Unset HF_HUB_OFFLINE, or name a file of your own.</source>
<translation>请取消设置 HF_HUB_OFFLINE，或指定您自己的文件。</translation>
</message>
<message>
<source>Update timm.</source>
<translation>请更新 timm。</translation>
</message>
<message>
<source>Update, then check it.</source>
<translation>请更新，然后检查它。</translation>
</message>
<message>
<source>Use 1 to {max_points_per_side} points a side.</source>
<translation>请使用每边 1 到 {max_points_per_side} 个点。</translation>
</message>
<message>
<source>Use GrabCut for it.</source>
<translation>请对它使用 GrabCut。</translation>
</message>
<message>
<source>Use JPEG, PNG, TIFF, WebP, BMP or GIF.</source>
<translation>请使用 JPEG、PNG、TIFF、WebP、BMP 或 GIF。</translation>
</message>
<message>
<source>Use a checkpoint with *.safetensors files.</source>
<translation>请使用含有 *.safetensors 文件的权重。</translation>
</message>
<message>
<source>Use a file released by Meta, such as sam_vit_b_01ec64.pth, or one finetuned from it; if this is one, copy or download it again.</source>
<translation>请使用 Meta 发布的文件，例如 sam_vit_b_01ec64.pth，或由其微调的文件；如果已经是，请重新复制或下载。</translation>
</message>
<message>
<source>Use a mask that was made for this image.</source>
<translation>请使用为此图像制作的掩码。</translation>
</message>
<message>
<source>Use a mask that was made on this image.</source>
<translation>请使用在此图像上制作的掩码。</translation>
</message>
<message>
<source>Use a smaller variant.</source>
<translation>请使用更小的变体。</translation>
</message>
<message>
<source>Use another number format, a smaller model, or the CPU.</source>
<translation>请使用其他数字格式、更小的模型或 CPU。</translation>
</message>
<message>
<source>Use auto or cpu, or install a build of torch for your graphics card.</source>
<translation>请使用 auto 或 cpu，或安装适合您显卡的 torch。</translation>
</message>
<message>
<source>Use auto or cpu.</source>
<translation>请使用 auto 或 cpu。</translation>
</message>
<message>
<source>Use auto or float16.</source>
<translation>请使用 auto 或 float16。</translation>
</message>
<message>
<source>Use auto or float32.</source>
<translation>请使用 auto 或 float32。</translation>
</message>
<message>
<source>Use auto, cpu, cuda, cuda:1 (and so on) or mps.</source>
<translation>请使用 auto、cpu、cuda、cuda:1（等等）或 mps。</translation>
</message>
<message>
<source>Use auto, float32 or bfloat16.</source>
<translation>请使用 auto、float32 或 bfloat16。</translation>
</message>
<message>
<source>Use auto, float32, bfloat16 or float16.</source>
<translation>请使用 auto、float32、bfloat16 或 float16。</translation>
</message>
<message>
<source>Use auto, float32, bfloat16, float16, int8 or int4.</source>
<translation>请使用 auto、float32、bfloat16、float16、int8 或 int4。</translation>
</message>
<message>
<source>Use cuda:0 to cuda:{count}.</source>
<translation>请使用 cuda:0 到 cuda:{count}。</translation>
</message>
<message>
<source>Use cuda:0.</source>
<translation>请使用 cuda:0。</translation>
</message>
<message>
<source>Use the number type {half}, close other programs, or choose a smaller SAM.</source>
<translation>请使用数字类型 {half}，关闭其他程序，或选择更小的 SAM。</translation>
</message>
<message>
<source>Use the numbers on the masks.</source>
<translation>请使用掩码上的编号。</translation>
</message>
<message>
<source>Use this</source>
<translation>使用此模型</translation>
</message>
<message>
<source>Verdicts are given by {shown} now.</source>
<translation>现在以 {shown} 的名义审核。</translation>
</message>
<message>
<source>Verdicts bear no name now.</source>
<translation>现在审核结论不带姓名。</translation>
</message>
<message>
<source>Versions</source>
<translation>版本</translation>
</message>
<message>
<source>Visual Genome</source>
<translation>Visual Genome</translation>
</message>
<message>
<source>Wait for it, or open another one.</source>
<translation>请等待，或打开其他图像。</translation>
</message>
<message>
<source>Weights</source>
<translation>权重</translation>
</message>
<message>
<source>Welcome</source>
<translation>欢迎</translation>
</message>
<message>
<source>What answers at {address} is no GAR Studio server.</source>
<translation>{address} 上应答的不是 GAR Studio 服务器。</translation>
</message>
<message>
<source>What happened</source>
<translation>发生了什么</translation>
</message>
<message>
<source>What happens</source>
<translation>处理方式</translation>
</message>
<message>
<source>What importing would do</source>
<translation>导入的结果</translation>
</message>
<message>
<source>What importing “{name}” would do</source>
<translation>导入“{name}”的结果</translation>
</message>
<message>
<source>What is #{number} to {objects}?</source>
<translation>#{number} 与 {objects} 是什么关系？</translation>
</message>
<message>
<source>What the engine “{name}” built is no describer.</source>
<translation>引擎“{name}”构建的不是描述引擎。</translation>
</message>
<message>
<source>What the engine “{name}” built is no segmenter.</source>
<translation>引擎“{name}”构建的不是分割引擎。</translation>
</message>
<message>
<source>What the server asks for, if anything</source>
<translation>服务器要求的令牌（如有）</translation>
</message>
<message>
<source>What to do</source>
<translation>该怎么做</translation>
</message>
<message>
<source>What was downloaded so far is kept.</source>
<translation>已下载的部分会保留。</translation>
</message>
<message>
<source>What was kept</source>
<translation>保留了什么</translation>
</message>
<message>
<source>What would fit: {others}.</source>
<translation>可行的选择：{others}。</translation>
</message>
<message>
<source>Wheel</source>
<translation>滚轮</translation>
</message>
<message>
<source>Where the labels go</source>
<translation>标注的保存位置</translation>
</message>
<message>
<source>Which regions the list shows</source>
<translation>列表显示哪些区域</translation>
</message>
<message>
<source>Who reviews?</source>
<translation>由谁审核？</translation>
</message>
<message>
<source>Why? (may be left empty)</source>
<translation>为什么？（可留空）</translation>
</message>
<message>
<source>Without a token this server answers to 127.0.0.1 and localhost only.</source>
<translation>没有令牌时，此服务器只应答 127.0.0.1 和 localhost。</translation>
</message>
<message>
<source>Words</source>
<translation>文字</translation>
</message>
<message>
<source>Words are missing from it, so that some captions are not found.</source>
<translation>其中缺少词语，因此有些描述找不到。</translation>
</message>
<message>
<source>Words of names and captions, or category:dog, state:in-work, review:rejected</source>
<translation>名称和描述中的词语，或 category:dog、state:in-work、review:rejected</translation>
</message>
<message>
<source>Write #1, #2… to name regions.</source>
<translation>写 #1、#2… 来引用区域。</translation>
</message>
<message>
<source>Write a parent and a child as “animal/dog”.</source>
<translation>请把上级和下级写成“animal/dog”。</translation>
</message>
<message>
<source>Write one name a line, such as “animal/dog”.</source>
<translation>请每行写一个名称，例如“animal/dog”。</translation>
</message>
<message>
<source>Write what you want to know.</source>
<translation>请写出您想知道的内容。</translation>
</message>
<message>
<source>Write “names:” and below it “  0: dog”, one class a line.</source>
<translation>请写“names:”，并在其下写“  0: dog”，每行一个类别。</translation>
</message>
<message>
<source>Written by hand</source>
<translation>手动填写</translation>
</message>
<message>
<source>YOLO-seg</source>
<translation>YOLO-seg</translation>
</message>
<message>
<source>Your labels are safe; only this request was dropped.</source>
<translation>您的标注是安全的；只放弃了此请求。</translation>
</message>
<message>
<source>Your own</source>
<translation>您自己的</translation>
</message>
<message>
<source>Zoom &amp;in</source>
<translation>放大(&amp;I)</translation>
</message>
<message>
<source>Zoom &amp;out</source>
<translation>缩小(&amp;O)</translation>
</message>
<message>
<source>Zoom to &amp;selection</source>
<translation>缩放到选中区域(&amp;S)</translation>
</message>
<message>
<source>Zoom to the pointer</source>
<translation>以指针为中心缩放</translation>
</message>
<message>
<source>a GAR</source>
<translation>GAR</translation>
</message>
<message>
<source>a SAM of this engine</source>
<translation>此引擎的 SAM</translation>
</message>
<message>
<source>a checkpoint folder or hub id, such as HaochenWang/GAR-1B; about 4 GB of memory on a GPU or 8 GB on the CPU for GAR-1B; research only, non-commercial (weights derived from Meta's Perception-LM)</source>
<translation>权重文件夹或 hub id，例如 HaochenWang/GAR-1B；GAR-1B 在 GPU 上约需 4 GB 内存，在 CPU 上约需 8 GB；仅限研究、非商业用途（权重源自 Meta 的 Perception-LM）</translation>
</message>
<message>
<source>a folder or hub id, such as facebook/sam2.1-hiera-tiny (0.2 to 2.6 GB)</source>
<translation>文件夹或 hub id，例如 facebook/sam2.1-hiera-tiny（0.2 到 2.6 GB）</translation>
</message>
<message>
<source>a row is damaged ({error})</source>
<translation>有一行已损坏（{error}）</translation>
</message>
<message>
<source>a sam_vit_b, sam_vit_l or sam_vit_h .pth file (0.4 to 2.6 GB)</source>
<translation>sam_vit_b、sam_vit_l 或 sam_vit_h 的 .pth 文件（0.4 到 2.6 GB）</translation>
</message>
<message>
<source>a slot or image token lies outside the vocabulary of {vocabulary}</source>
<translation>槽位或图像 token 超出大小为 {vocabulary} 的词表</translation>
</message>
<message>
<source>about {needs}</source>
<translation>约 {needs}</translation>
</message>
<message>
<source>about {needs}. Only {free} of main memory are free: on the processor of this computer it does not fit now.</source>
<translation>约 {needs}。只有 {free} 主内存可用：目前无法在此计算机的处理器上运行。</translation>
</message>
<message>
<source>about {needs}. {free} of main memory are free.</source>
<translation>约 {needs}。有 {free} 主内存可用。</translation>
</message>
<message>
<source>about {size}</source>
<translation>约 {size}</translation>
</message>
<message>
<source>accept answer</source>
<translation>接受回答</translation>
</message>
<message>
<source>accept changed file</source>
<translation>接受已更改的文件</translation>
</message>
<message>
<source>accepted</source>
<translation>已通过</translation>
</message>
<message>
<source>accepted after a change</source>
<translation>修改后接受</translation>
</message>
<message>
<source>accepted as they were</source>
<translation>原样接受</translation>
</message>
<message>
<source>accepted, edited</source>
<translation>已接受，有修改</translation>
</message>
<message>
<source>add region</source>
<translation>添加区域</translation>
</message>
<message>
<source>add regions</source>
<translation>添加多个区域</translation>
</message>
<message>
<source>add relation</source>
<translation>添加关系</translation>
</message>
<message>
<source>an image_std is not positive</source>
<translation>有一个 image_std 不是正数</translation>
</message>
<message>
<source>annotations of unknown categories</source>
<translation>未知类别的标注</translation>
</message>
<message>
<source>annotations of unknown images</source>
<translation>未知图像的标注</translation>
</message>
<message>
<source>annotations that are not as expected</source>
<translation>不符合预期的标注</translation>
</message>
<message>
<source>annotations with a box only, taken as a filled box</source>
<translation>只有框的标注，作为实心框导入</translation>
</message>
<message>
<source>annotations with a broken mask</source>
<translation>掩码损坏的标注</translation>
</message>
<message>
<source>annotations with an id that came before</source>
<translation>id 重复的标注</translation>
</message>
<message>
<source>annotations without a pixel</source>
<translation>没有像素的标注</translation>
</message>
<message>
<source>answer</source>
<translation>回答</translation>
</message>
<message>
<source>answer {id} on image {image_id}</source>
<translation>图像 {image_id} 上的回答 {id}</translation>
</message>
<message>
<source>answering</source>
<translation>正在回答</translation>
</message>
<message>
<source>answers left out that nobody accepted</source>
<translation>无人接受而未导出的回答</translation>
</message>
<message>
<source>as its maker says</source>
<translation>以制作者的说明为准</translation>
</message>
<message>
<source>as its maker says; trained from GAR's weights it stays non-commercial</source>
<translation>以制作者的说明为准；由 GAR 的权重训练而来的仍为非商业用途</translation>
</message>
<message>
<source>as the checkpoint says (Meta's SAM and SAM 2: Apache-2.0)</source>
<translation>以权重文件的说明为准（Meta 的 SAM 和 SAM 2：Apache-2.0）</translation>
</message>
<message>
<source>as the server says</source>
<translation>以服务器的说明为准</translation>
</message>
<message>
<source>assign category</source>
<translation>指定类别</translation>
</message>
<message>
<source>assign new category</source>
<translation>指定新类别</translation>
</message>
<message>
<source>bfloat16: half the memory</source>
<translation>bfloat16：一半内存</translation>
</message>
<message>
<source>box</source>
<translation>框</translation>
</message>
<message>
<source>brush region</source>
<translation>画笔区域</translation>
</message>
<message>
<source>built in</source>
<translation>内置</translation>
</message>
<message>
<source>by hand</source>
<translation>手动</translation>
</message>
<message>
<source>caption of region {row}</source>
<translation>区域 {row} 的描述</translation>
</message>
<message>
<source>captions and reviews of another kind than ours</source>
<translation>非本程序格式的描述和审核</translation>
</message>
<message>
<source>captions left out</source>
<translation>未导出的描述</translation>
</message>
<message>
<source>catalogue</source>
<translation>目录</translation>
</message>
<message>
<source>categories left out or flattened</source>
<translation>未导出或被展平的类别</translation>
</message>
<message>
<source>categories: differ only in case from another</source>
<translation>类别：与另一个仅大小写不同</translation>
</message>
<message>
<source>categories: in the project already</source>
<translation>类别：已在项目中</translation>
</message>
<message>
<source>categories: new</source>
<translation>类别：新增</translation>
</message>
<message>
<source>categories: without a name that can be used</source>
<translation>类别：没有可用的名称</translation>
</message>
<message>
<source>category</source>
<translation>类别</translation>
</message>
<message>
<source>category {category_id}</source>
<translation>类别 {category_id}</translation>
</message>
<message>
<source>category {id} “{name}”</source>
<translation>类别 {id}“{name}”</translation>
</message>
<message>
<source>cells with an apostrophe before them, so that no spreadsheet runs them as formulas</source>
<translation>前面加了撇号的单元格，以免电子表格把它们当作公式运行</translation>
</message>
<message>
<source>change category</source>
<translation>更改类别</translation>
</message>
<message>
<source>change category's key</source>
<translation>更改类别的按键</translation>
</message>
<message>
<source>change image state</source>
<translation>更改图像状态</translation>
</message>
<message>
<source>change mask</source>
<translation>更改掩码</translation>
</message>
<message>
<source>change relation</source>
<translation>更改关系</translation>
</message>
<message>
<source>changed photo</source>
<translation>照片已改变</translation>
</message>
<message>
<source>classes without a name</source>
<translation>没有名称的类别</translation>
</message>
<message>
<source>click</source>
<translation>点击</translation>
</message>
<message>
<source>config.json and tokenizer.json must belong together.</source>
<translation>config.json 必须与 tokenizer.json 对应。</translation>
</message>
<message>
<source>create category</source>
<translation>创建类别</translation>
</message>
<message>
<source>damaged file</source>
<translation>文件损坏</translation>
</message>
<message>
<source>damaged row</source>
<translation>行损坏</translation>
</message>
<message>
<source>delete answer</source>
<translation>删除回答</translation>
</message>
<message>
<source>delete category</source>
<translation>删除类别</translation>
</message>
<message>
<source>delete region</source>
<translation>删除区域</translation>
</message>
<message>
<source>delete relation</source>
<translation>删除关系</translation>
</message>
<message>
<source>describer</source>
<translation>描述引擎</translation>
</message>
<message>
<source>differs only in case from “{other}”</source>
<translation>与“{other}”仅大小写不同</translation>
</message>
<message>
<source>done</source>
<translation>已完成</translation>
</message>
<message>
<source>draft</source>
<translation>草稿</translation>
</message>
<message>
<source>draft, broken off</source>
<translation>草稿，中断</translation>
</message>
<message>
<source>draft, cut at its limit</source>
<translation>草稿，达到长度上限</translation>
</message>
<message>
<source>draft, stopped</source>
<translation>草稿，已停止</translation>
</message>
<message>
<source>drop islands</source>
<translation>去除孤岛</translation>
</message>
<message>
<source>edit caption</source>
<translation>编辑描述</translation>
</message>
<message>
<source>edit outline</source>
<translation>编辑轮廓</translation>
</message>
<message>
<source>edited</source>
<translation>有修改</translation>
</message>
<message>
<source>empty</source>
<translation>空</translation>
</message>
<message>
<source>engine</source>
<translation>引擎</translation>
</message>
<message>
<source>erase</source>
<translation>擦除</translation>
</message>
<message>
<source>evaluation</source>
<translation>评估</translation>
</message>
<message>
<source>failed</source>
<translation>失败</translation>
</message>
<message>
<source>files left out that cannot be read</source>
<translation>因无法读取而略过的文件</translation>
</message>
<message>
<source>files of labels without a photo</source>
<translation>没有照片的标注文件</translation>
</message>
<message>
<source>files renamed, because their names are taken or lead out of the folder</source>
<translation>因名称已被占用或指向文件夹之外而重命名的文件</translation>
</message>
<message>
<source>files that are not GAR-Bench's</source>
<translation>不是 GAR-Bench 的文件</translation>
</message>
<message>
<source>files that are not labelme's</source>
<translation>不是 labelme 的文件</translation>
</message>
<message>
<source>fill holes</source>
<translation>填充孔洞</translation>
</message>
<message>
<source>find images again</source>
<translation>找回图像</translation>
</message>
<message>
<source>first word after {seconds:.1f} s</source>
<translation>{seconds:.1f} 秒后出现第一个词</translation>
</message>
<message>
<source>first word after {seconds:.1f} s, {rate:.0f} tokens/s</source>
<translation>{seconds:.1f} 秒后出现第一个词，{rate:.0f} token/秒</translation>
</message>
<message>
<source>fixed</source>
<translation>固定</translation>
</message>
<message>
<source>flag image</source>
<translation>标记图像</translation>
</message>
<message>
<source>flagged</source>
<translation>已标记</translation>
</message>
<message>
<source>float16: half the memory</source>
<translation>float16：一半内存</translation>
</message>
<message>
<source>float32: exact, most memory</source>
<translation>float32：精确，内存最多</translation>
</message>
<message>
<source>gar-nano (comes with GAR Studio)</source>
<translation>gar-nano（随 GAR Studio 提供）</translation>
</message>
<message>
<source>gar-nano sees colour, shape, texture, size, place, count and relations. It errs, most often about counts and what is in front of what, and does not know what things are called.</source>
<translation>gar-nano 能看出颜色、形状、纹理、大小、位置、数量和关系。它会出错，尤其是数量和前后关系，也不知道物体的名称。</translation>
</message>
<message>
<source>gar-nano takes no model.</source>
<translation>gar-nano 不接受模型。</translation>
</message>
<message>
<source>going to the next control</source>
<translation>转到下一个控件</translation>
</message>
<message>
<source>grow</source>
<translation>扩大</translation>
</message>
<message>
<source>here</source>
<translation>在此</translation>
</message>
<message>
<source>hidden</source>
<translation>已隐藏</translation>
</message>
<message>
<source>hide or show</source>
<translation>隐藏或显示</translation>
</message>
<message>
<source>holes bridged by a cut, because the format has outlines only</source>
<translation>因格式只支持轮廓而用切口连通的孔洞</translation>
</message>
<message>
<source>ids</source>
<translation>编号</translation>
</message>
<message>
<source>image</source>
<translation>图像</translation>
</message>
<message>
<source>images left out that have nothing to tell</source>
<translation>因无可表达内容而未导出的图像</translation>
</message>
<message>
<source>images that are not as expected</source>
<translation>不符合预期的图像</translation>
</message>
<message>
<source>images with an id that came before</source>
<translation>id 重复的图像</translation>
</message>
<message>
<source>images with an impossible size</source>
<translation>尺寸不可能的图像</translation>
</message>
<message>
<source>images: {fate}</source>
<translation>图像：{fate}</translation>
</message>
<message>
<source>import categories</source>
<translation>导入类别</translation>
</message>
<message>
<source>import labels</source>
<translation>导入标注</translation>
</message>
<message>
<source>import {n:,} regions</source>
<translation>导入 {n:,} 个区域</translation>
</message>
<message>
<source>import {n} region</source>
<translation>导入 {n} 个区域</translation>
</message>
<message>
<source>in the project already</source>
<translation>已在项目中</translation>
</message>
<message>
<source>in two files: {key}</source>
<translation>在两个文件中：{key}</translation>
</message>
<message>
<source>in use</source>
<translation>使用中</translation>
</message>
<message>
<source>in work</source>
<translation>进行中</translation>
</message>
<message>
<source>int4: an eighth of the memory</source>
<translation>int4：八分之一内存</translation>
</message>
<message>
<source>int8: a quarter of the memory</source>
<translation>int8：四分之一内存</translation>
</message>
<message>
<source>intersect regions</source>
<translation>区域求交</translation>
</message>
<message>
<source>is there already; stays as it is</source>
<translation>已存在；保持不变</translation>
</message>
<message>
<source>it has been silent for too long</source>
<translation>它沉默太久了</translation>
</message>
<message>
<source>it has more than {max_bytes:,} bytes</source>
<translation>它超过 {max_bytes:,} 字节</translation>
</message>
<message>
<source>it has {count:,} bytes instead of {size:,}</source>
<translation>它有 {count:,} 字节，而不是 {size:,}</translation>
</message>
<message>
<source>it holds no table of weights</source>
<translation>其中没有权重表</translation>
</message>
<message>
<source>it is nested too deeply</source>
<translation>嵌套太深</translation>
</message>
<message>
<source>items that ask and tell nothing</source>
<translation>既不提问也不说明的条目</translation>
</message>
<message>
<source>items without a mask</source>
<translation>没有掩码的条目</translation>
</message>
<message>
<source>its checksum is another one</source>
<translation>校验和不同</translation>
</message>
<message>
<source>its entry “{name}” is not a weight</source>
<translation>其条目“{name}”不是权重</translation>
</message>
<message>
<source>its version is damaged</source>
<translation>其版本信息已损坏</translation>
</message>
<message>
<source>its weight “{name}” is larger than its data</source>
<translation>其权重“{name}”大于实际数据</translation>
</message>
<message>
<source>its weight “{name}” is not made of plain numbers</source>
<translation>其权重“{name}”不是由普通数字组成</translation>
</message>
<message>
<source>its weights do not fit: {what}</source>
<translation>其权重不符：{what}</translation>
</message>
<message>
<source>its weights' shapes do not fit together</source>
<translation>其权重的形状互不相符</translation>
</message>
<message>
<source>kernel_size is {kernel_size}, patch_size is {patch_size}</source>
<translation>kernel_size 为 {kernel_size}，patch_size 为 {patch_size}</translation>
</message>
<message>
<source>labelme</source>
<translation>labelme</translation>
</message>
<message>
<source>left out: a part of the name is empty</source>
<translation>已去掉：名称有一部分为空</translation>
</message>
<message>
<source>loading</source>
<translation>正在加载</translation>
</message>
<message>
<source>loading the model</source>
<translation>正在加载模型</translation>
</message>
<message>
<source>loads when first asked</source>
<translation>首次提问时加载</translation>
</message>
<message>
<source>lock or unlock</source>
<translation>锁定或解锁</translation>
</message>
<message>
<source>locked</source>
<translation>已锁定</translation>
</message>
<message>
<source>looking for objects</source>
<translation>正在查找物体</translation>
</message>
<message>
<source>mark image done</source>
<translation>标为已完成</translation>
</message>
<message>
<source>mask</source>
<translation>掩码</translation>
</message>
<message>
<source>mask_path_embedding_out_channels is {mask_path_embedding_out_channels}, the vision tower is {embed_dim} wide</source>
<translation>mask_path_embedding_out_channels 为 {mask_path_embedding_out_channels}，而视觉塔的宽度为 {embed_dim}</translation>
</message>
<message>
<source>masks written as boxes</source>
<translation>写成框的掩码</translation>
</message>
<message>
<source>mentions of regions that are not in the export</source>
<translation>提到未导出区域之处</translation>
</message>
<message>
<source>merge categories</source>
<translation>合并类别</translation>
</message>
<message>
<source>merge regions</source>
<translation>合并区域</translation>
</message>
<message>
<source>missing</source>
<translation>缺少</translation>
</message>
<message>
<source>missing photo</source>
<translation>照片缺失</translation>
</message>
<message>
<source>missing: {names}</source>
<translation>缺少：{names}</translation>
</message>
<message>
<source>more than once in the file</source>
<translation>在文件中出现多次</translation>
</message>
<message>
<source>move box</source>
<translation>移动框</translation>
</message>
<message>
<source>move click</source>
<translation>移动点击</translation>
</message>
<message>
<source>move negative click</source>
<translation>移动负点击</translation>
</message>
<message>
<source>move scribble</source>
<translation>移动涂画</translation>
</message>
<message>
<source>named twice in the file</source>
<translation>在文件中出现两次</translation>
</message>
<message>
<source>names of photos that lead out of the folder</source>
<translation>指向文件夹之外的照片名称</translation>
</message>
<message>
<source>needs {least}</source>
<translation>需要 {least}</translation>
</message>
<message>
<source>needs {least} to {most}</source>
<translation>需要 {least} 到 {most}</translation>
</message>
<message>
<source>negative click</source>
<translation>负点击</translation>
</message>
<message>
<source>new</source>
<translation>新增</translation>
</message>
<message>
<source>no reason given</source>
<translation>未给出原因</translation>
</message>
<message>
<source>no weights</source>
<translation>无权重</translation>
</message>
<message>
<source>no weights; OpenCV: Apache-2.0</source>
<translation>无权重；OpenCV：Apache-2.0</translation>
</message>
<message>
<source>none</source>
<translation>无</translation>
</message>
<message>
<source>none needed: random numbers</source>
<translation>无需许可证：随机数字</translation>
</message>
<message>
<source>none of the released variants</source>
<translation>不是任何已发布的变体</translation>
</message>
<message>
<source>none: install GAR Studio with pip first</source>
<translation>无：请先用 pip 安装 GAR Studio</translation>
</message>
<message>
<source>not accepted</source>
<translation>未接受</translation>
</message>
<message>
<source>not here</source>
<translation>未下载</translation>
</message>
<message>
<source>not reviewed</source>
<translation>未审核</translation>
</message>
<message>
<source>not usable</source>
<translation>不可用</translation>
</message>
<message>
<source>notes and states of images left out</source>
<translation>未导出的图像备注和状态</translation>
</message>
<message>
<source>notes of where something came from left out</source>
<translation>未导出的来源说明</translation>
</message>
<message>
<source>nothing can be reached there</source>
<translation>那里无法连接</translation>
</message>
<message>
<source>nothing: it makes its own weights, and its words mean nothing</source>
<translation>无需任何文件：它自己生成权重，其文字没有意义</translation>
</message>
<message>
<source>nothing: no weights, no graphics card</source>
<translation>无需任何文件：不用权重，也不用显卡</translation>
</message>
<message>
<source>nothing; it tells colour, shape, texture, size, place, count and relations, and does not know what things are called</source>
<translation>无需任何文件；它能说出颜色、形状、纹理、大小、位置、数量和关系，但不知道物体的名称</translation>
</message>
<message>
<source>of another shape</source>
<translation>形状不同</translation>
</message>
<message>
<source>of another shape: {names}</source>
<translation>形状不同：{names}</translation>
</message>
<message>
<source>of type {dtype}: {key}</source>
<translation>类型为 {dtype}：{key}</translation>
</message>
<message>
<source>on disk</source>
<translation>在磁盘上</translation>
</message>
<message>
<source>orphan</source>
<translation>孤立项</translation>
</message>
<message>
<source>outline region</source>
<translation>轮廓区域</translation>
</message>
<message>
<source>paint</source>
<translation>涂抹</translation>
</message>
<message>
<source>parsed</source>
<translation>已解析</translation>
</message>
<message>
<source>parts of fewer than three points</source>
<translation>少于三个点的部分</translation>
</message>
<message>
<source>parts to be ignored (255)</source>
<translation>要忽略的部分 (255)</translation>
</message>
<message>
<source>parts too small to have an outline</source>
<translation>太小而没有轮廓的部分</translation>
</message>
<message>
<source>photo not found</source>
<translation>未找到照片</translation>
</message>
<message>
<source>photo of another size</source>
<translation>照片尺寸不同</translation>
</message>
<message>
<source>photos left out that are not where the project has them</source>
<translation>因不在项目记录的位置而未导出的照片</translation>
</message>
<message>
<source>pooling_ratio is {pooling}, the projector's is {projector_pooling_ratio}</source>
<translation>pooling_ratio 为 {pooling}，而投影器的为 {projector_pooling_ratio}</translation>
</message>
<message>
<source>prompt</source>
<translation>提示</translation>
</message>
<message>
<source>prompt_numbers is {prompt_numbers}, crop_tokens_ids has {count}</source>
<translation>prompt_numbers 为 {prompt_numbers}，而 crop_tokens_ids 有 {count} 个</translation>
</message>
<message>
<source>questions about unknown regions</source>
<translation>关于未知区域的问题</translation>
</message>
<message>
<source>questions and answers left out</source>
<translation>未导出的问题和回答</translation>
</message>
<message>
<source>questions of unknown images</source>
<translation>未知图像的问题</translation>
</message>
<message>
<source>questions that are not as expected</source>
<translation>不符合预期的问题</translation>
</message>
<message>
<source>ready</source>
<translation>就绪</translation>
</message>
<message>
<source>recolour category</source>
<translation>更改类别颜色</translation>
</message>
<message>
<source>region</source>
<translation>区域</translation>
</message>
<message>
<source>region {id}</source>
<translation>区域 {id}</translation>
</message>
<message>
<source>region {id} on {path}</source>
<translation>{path} 上的区域 {id}</translation>
</message>
<message>
<source>regions left out about which nothing is asked or told</source>
<translation>没有问题和说明而未导出的区域</translation>
</message>
<message>
<source>regions left out that have no caption</source>
<translation>因没有描述而未导出的区域</translation>
</message>
<message>
<source>regions partly hidden under others, because each pixel holds one region</source>
<translation>因每个像素只属于一个区域而部分被遮挡的区域</translation>
</message>
<message>
<source>regions that have several names; the first was kept</source>
<translation>有多个名称的区域；保留了第一个</translation>
</message>
<message>
<source>regions wholly hidden under others</source>
<translation>被其他区域完全遮挡的区域</translation>
</message>
<message>
<source>regions written as several outlines that nothing joins</source>
<translation>写成多个互不相连的轮廓的区域</translation>
</message>
<message>
<source>regions: left out with their image</source>
<translation>区域：随其图像略去</translation>
</message>
<message>
<source>regions: new</source>
<translation>区域：新增</translation>
</message>
<message>
<source>regions: there already, with this mask and category</source>
<translation>区域：已存在，掩码和类别相同</translation>
</message>
<message>
<source>rejected</source>
<translation>已驳回</translation>
</message>
<message>
<source>relation</source>
<translation>关系</translation>
</message>
<message>
<source>relation {id} on image {image_id}</source>
<translation>图像 {image_id} 上的关系 {id}</translation>
</message>
<message>
<source>relations and answers left out with a region that was not chosen</source>
<translation>随未选区域一起略去的关系和回答</translation>
</message>
<message>
<source>relations left out</source>
<translation>未导出的关系</translation>
</message>
<message>
<source>relations of unknown images</source>
<translation>未知图像的关系</translation>
</message>
<message>
<source>relations of unknown regions</source>
<translation>未知区域的关系</translation>
</message>
<message>
<source>relations that are not as expected</source>
<translation>不符合预期的关系</translation>
</message>
<message>
<source>relations with several objects, written one by one</source>
<translation>有多个客体的关系，逐个写出</translation>
</message>
<message>
<source>remove box</source>
<translation>移除框</translation>
</message>
<message>
<source>remove click</source>
<translation>移除点击</translation>
</message>
<message>
<source>remove negative click</source>
<translation>移除负点击</translation>
</message>
<message>
<source>remove scribble</source>
<translation>移除涂画</translation>
</message>
<message>
<source>rename category</source>
<translation>重命名类别</translation>
</message>
<message>
<source>reorder regions</source>
<translation>调整区域顺序</translation>
</message>
<message>
<source>requests with more regions than the format can number</source>
<translation>区域数超出格式编号范围的请求</translation>
</message>
<message>
<source>research only, non-commercial</source>
<translation>仅限研究、非商业用途</translation>
</message>
<message>
<source>research only, non-commercial (weights derived from Meta's Perception-LM)</source>
<translation>仅限研究、非商业用途（权重源自 Meta 的 Perception-LM）</translation>
</message>
<message>
<source>review</source>
<translation>审核</translation>
</message>
<message>
<source>reviews left out</source>
<translation>未导出的审核</translation>
</message>
<message>
<source>scribble</source>
<translation>涂画</translation>
</message>
<message>
<source>search of captions</source>
<translation>描述的搜索</translation>
</message>
<message>
<source>segmenter</source>
<translation>抠图引擎</translation>
</message>
<message>
<source>sentences of relations left out</source>
<translation>未导出的关系句子</translation>
</message>
<message>
<source>server</source>
<translation>服务器</translation>
</message>
<message>
<source>shrink</source>
<translation>缩小</translation>
</message>
<message>
<source>size not known yet</source>
<translation>大小未知</translation>
</message>
<message>
<source>smooth</source>
<translation>平滑</translation>
</message>
<message>
<source>split parts</source>
<translation>拆分部分</translation>
</message>
<message>
<source>stale: the mask has changed</source>
<translation>已过时：掩码已改变</translation>
</message>
<message>
<source>starting</source>
<translation>正在开始</translation>
</message>
<message>
<source>stopped</source>
<translation>已停止</translation>
</message>
<message>
<source>subtract regions</source>
<translation>减去区域</translation>
</message>
<message>
<source>texts changed that hold a word with a meaning in the format</source>
<translation>因含有格式保留词而更改的文本</translation>
</message>
<message>
<source>the CPU in {dtype}, which is slow (about {bytes})</source>
<translation>以 {dtype} 在 CPU 上运行，较慢（约 {bytes}）</translation>
</message>
<message>
<source>the address of a “gar-studio serve”, such as http://192.168.1.20:8765; photos are sent there</source>
<translation>“gar-studio serve”的地址，例如 http://192.168.1.20:8765；照片会发送到那里</translation>
</message>
<message>
<source>the connection broke off</source>
<translation>连接中断</translation>
</message>
<message>
<source>the crosshair, and moving the photo</source>
<translation>十字线和移动照片</translation>
</message>
<message>
<source>the crosshair, pixel by pixel</source>
<translation>逐像素移动十字线</translation>
</message>
<message>
<source>the decoder is of type “{model_type}”, not “llama”</source>
<translation>解码器类型为“{model_type}”，而不是“llama”</translation>
</message>
<message>
<source>the image token is also a slot token</source>
<translation>图像 token 同时也是槽位 token</translation>
</message>
<message>
<source>the index</source>
<translation>索引</translation>
</message>
<message>
<source>the masks offered, and categories</source>
<translation>选择提供的掩码和类别</translation>
</message>
<message>
<source>the menu at the pointer</source>
<translation>指针处的菜单</translation>
</message>
<message>
<source>the number type bfloat16 (about {bytes})</source>
<translation>数字类型 bfloat16（约 {bytes}）</translation>
</message>
<message>
<source>the server ends the connection too early</source>
<translation>服务器过早断开连接</translation>
</message>
<message>
<source>the vision tower's patch_size is {patch_size}, the processor's is {config_patch_size}</source>
<translation>视觉塔的 patch_size 为 {patch_size}，而处理器的为 {config_patch_size}</translation>
</message>
<message>
<source>the weight {error} is missing</source>
<translation>缺少权重 {error}</translation>
</message>
<message>
<source>tile_size is {tile_size}, img_size is {img_size}</source>
<translation>tile_size 为 {tile_size}，而 img_size 为 {img_size}</translation>
</message>
<message>
<source>tiles</source>
<translation>图块</translation>
</message>
<message>
<source>tiles of {tile_size} pixels cannot be divided by {side}</source>
<translation>{tile_size} 像素的图块不能被 {side} 整除</translation>
</message>
<message>
<source>undo history</source>
<translation>撤销历史</translation>
</message>
<message>
<source>unknown</source>
<translation>未知</translation>
</message>
<message>
<source>unknown: {names}</source>
<translation>未知：{names}</translation>
</message>
<message>
<source>unparsed</source>
<translation>未解析</translation>
</message>
<message>
<source>unreadable photo</source>
<translation>照片无法读取</translation>
</message>
<message>
<source>waiting</source>
<translation>正在等待</translation>
</message>
<message>
<source>weights: research only, non-commercial (derived from Meta's Perception-LM); released code: Apache-2.0</source>
<translation>权重：仅限研究、非商业用途（源自 Meta 的 Perception-LM）；发布的代码：Apache-2.0</translation>
</message>
<message>
<source>working</source>
<translation>正在工作</translation>
</message>
<message>
<source>writing</source>
<translation>正在书写</translation>
</message>
<message>
<source>{account} (the name of this account)</source>
<translation>{account}（此账户的名称）</translation>
</message>
<message>
<source>{area:,} pixels</source>
<translation>{area:,} 像素</translation>
</message>
<message>
<source>{area:,} px, no caption yet</source>
<translation>{area:,} 像素，还没有描述</translation>
</message>
<message>
<source>{categories} imported from “{name}”.</source>
<translation>已从“{name}”导入 {categories}。</translation>
</message>
<message>
<source>{count:,} annotations are boxes; --segment boxes cuts them out.</source>
<translation>{count:,} 个标注是方框；--segment boxes 会把它们分割出来。</translation>
</message>
<message>
<source>{count:,} {what}, such as {place}.</source>
<translation>{count:,} 个{what}，例如 {place}。</translation>
</message>
<message>
<source>{count:.0f} bytes</source>
<translation>{count:.0f} 字节</translation>
</message>
<message>
<source>{count} files could not be opened. {listed}</source>
<translation>{count} 个文件无法打开。{listed}</translation>
</message>
<message>
<source>{count} files could not be opened. {listed} And {more} more.</source>
<translation>{count} 个文件无法打开。{listed} 另有 {more} 个。</translation>
</message>
<message>
<source>{count} missing ({names})</source>
<translation>缺少 {count} 个（{names}）</translation>
</message>
<message>
<source>{count} more</source>
<translation>另外 {count} 个</translation>
</message>
<message>
<source>{count} regions are locked.</source>
<translation>{count} 个区域已锁定。</translation>
</message>
<message>
<source>{count} regions are too many for one question; GAR takes {max_regions}.</source>
<translation>一个问题不能涉及 {count} 个区域；GAR 最多接受 {max_regions} 个。</translation>
</message>
<message>
<source>{count} regions are too many: GAR takes at most {most} at once, and #{next} is one more.</source>
<translation>{count} 个区域太多：GAR 一次最多接受 {most} 个，#{next} 已超出一个。</translation>
</message>
<message>
<source>{count} tiles</source>
<translation>{count} 个图块</translation>
</message>
<message>
<source>{count} unknown ({names})</source>
<translation>未知 {count} 个（{names}）</translation>
</message>
<message>
<source>{done} of {total}</source>
<translation>{done} / {total}</translation>
</message>
<message>
<source>{done} of {total} answered</source>
<translation>已回答 {done} / {total}</translation>
</message>
<message>
<source>{engine}, {state}</source>
<translation>{engine}，{state}</translation>
</message>
<message>
<source>{file_name}, annotation {id}</source>
<translation>{file_name}，标注 {id}</translation>
</message>
<message>
<source>{file_name}, annotation {place} of the file</source>
<translation>{file_name}，文件中的第 {place} 个标注</translation>
</message>
<message>
<source>{head}: {text}</source>
<translation>{head}：{text}</translation>
</message>
<message>
<source>{hidden} more to come</source>
<translation>还有 {hidden} 个</translation>
</message>
<message>
<source>{hours} h {minutes} min</source>
<translation>{hours} 小时 {minutes} 分钟</translation>
</message>
<message>
<source>{hub_id} in bfloat16 (about {bytes})</source>
<translation>以 bfloat16 运行的 {hub_id}（约 {bytes}）</translation>
</message>
<message>
<source>{images:,} images and {regions:,} regions came from “{name}”.</source>
<translation>从“{name}”得到 {images:,} 张图像和 {regions:,} 个区域。</translation>
</message>
<message>
<source>{keys} (changed)</source>
<translation>{keys}（已更改）</translation>
</message>
<message>
<source>{key} is for {used_for} and cannot be given to another action.</source>
<translation>{key} 用于{used_for}，不能分配给其他操作。</translation>
</message>
<message>
<source>{key} is {found} instead of {wanted}</source>
<translation>{key} 为 {found}，而不是 {wanted}</translation>
</message>
<message>
<source>{key} is “{used_for}” now.</source>
<translation>{key} 现在用于“{used_for}”。</translation>
</message>
<message>
<source>{kind}: {count:,} more</source>
<translation>{kind}：另有 {count:,} 项</translation>
</message>
<message>
<source>{minutes} min</source>
<translation>{minutes} 分钟</translation>
</message>
<message>
<source>{n:,} categories</source>
<translation>{n:,} 个类别</translation>
</message>
<message>
<source>{n:,} images</source>
<translation>{n:,} 张图像</translation>
</message>
<message>
<source>{n:,} photos are linked again.</source>
<translation>已重新链接 {n:,} 张照片。</translation>
</message>
<message>
<source>{n:,} photos are missing.</source>
<translation>缺少 {n:,} 张照片。</translation>
</message>
<message>
<source>{n:,} photos are not those that were labelled.</source>
<translation>有 {n:,} 张照片不是标注时的照片。</translation>
</message>
<message>
<source>{n:,} photos are still missing.</source>
<translation>仍缺少 {n:,} 张照片。</translation>
</message>
<message>
<source>{n:,} photos were moved or renamed.</source>
<translation>有 {n:,} 张照片被移动或重命名。</translation>
</message>
<message>
<source>{n:,} regions</source>
<translation>{n:,} 个区域</translation>
</message>
<message>
<source>{n:,} regions on {images} get the category “{heir}”.</source>
<translation>{images}上的 {n:,} 个区域将改为类别“{heir}”。</translation>
</message>
<message>
<source>{name} cuts out as before; your labels and clicks are kept.</source>
<translation>{name} 继续负责分割；您的标注和点击已保留。</translation>
</message>
<message>
<source>{name} is on this computer now. Tools › Models uses it.</source>
<translation>{name} 已下载到此计算机。可在“工具 › 模型”中使用。</translation>
</message>
<message>
<source>{name} on {device}: loaded in {load_seconds}, answered in {answer_seconds}.
{answer}</source>
<translation>{device} 上的 {name}：加载用时 {load_seconds}，回答用时 {answer_seconds}。
{answer}</translation>
</message>
<message>
<source>{num_attention_heads} attention heads do not divide {hidden_size}</source>
<translation>{num_attention_heads} 个注意力头不能整除 {hidden_size}</translation>
</message>
<message>
<source>{num_heads} attention heads do not divide {embed_dim}</source>
<translation>{num_heads} 个注意力头不能整除 {embed_dim}</translation>
</message>
<message>
<source>{n} category</source>
<translation>{n} 个类别</translation>
</message>
<message>
<source>{n} draft</source>
<translation>{n} 个草稿</translation>
</message>
<message>
<source>{n} drafts</source>
<translation>{n} 个草稿</translation>
</message>
<message>
<source>{n} image</source>
<translation>{n} 张图像</translation>
</message>
<message>
<source>{n} images</source>
<translation>{n} 张图像</translation>
</message>
<message>
<source>{n} object found: Enter keeps it.</source>
<translation>找到 {n} 个物体：按 Enter 保留。</translation>
</message>
<message>
<source>{n} objects found: Enter keeps the one lit up, Shift+Enter all, N shows the next.</source>
<translation>找到 {n} 个物体：Enter 保留高亮的一个，Shift+Enter 保留全部，N 显示下一个。</translation>
</message>
<message>
<source>{n} region</source>
<translation>{n} 个区域</translation>
</message>
<message>
<source>{n} region on {images} gets the category “{heir}”.</source>
<translation>{images}上的 {n} 个区域将改为类别“{heir}”。</translation>
</message>
<message>
<source>{n} regions</source>
<translation>{n} 个区域</translation>
</message>
<message>
<source>{path}
{count:,} regions of its own, {total:,} with those below</source>
<translation>{path}
自身 {count:,} 个区域，连同下级共 {total:,} 个</translation>
</message>
<message>
<source>{path}, {regions}</source>
<translation>{path}，{regions}</translation>
</message>
<message>
<source>{place}, line {number}</source>
<translation>{place}，第 {number} 行</translation>
</message>
<message>
<source>{place}: the path of the image is too long.</source>
<translation>{place}：图像路径太长。</translation>
</message>
<message>
<source>{role}: {name}</source>
<translation>{role}：{name}</translation>
</message>
<message>
<source>{role}: {name} on {device}</source>
<translation>{role}：{device} 上的 {name}</translation>
</message>
<message>
<source>{seconds:.1f} s</source>
<translation>{seconds:.1f} 秒</translation>
</message>
<message>
<source>{seconds} s</source>
<translation>{seconds} 秒</translation>
</message>
<message>
<source>{shown} and {count} more</source>
<translation>{shown} 以及另外 {count} 个</translation>
</message>
<message>
<source>{size} here</source>
<translation>已有 {size}</translation>
</message>
<message>
<source>{size} in {dtype}</source>
<translation>{dtype}：{size}</translation>
</message>
<message>
<source>{size}, not all of it</source>
<translation>{size}，不完整</translation>
</message>
<message>
<source>{size}/s</source>
<translation>{size}/秒</translation>
</message>
<message>
<source>{time} left</source>
<translation>剩余 {time}</translation>
</message>
<message>
<source>{title} (read only)</source>
<translation>{title}（只读）</translation>
</message>
<message>
<source>{told}: {reason}</source>
<translation>{told}：{reason}</translation>
</message>
<message>
<source>{verdict} by {who}, {day}</source>
<translation>{who} {verdict}，{day}</translation>
</message>
<message>
<source>{verdict}, {day}</source>
<translation>{verdict}，{day}</translation>
</message>
<message>
<source>{what}: {done:,} of {total:,}</source>
<translation>{what}：{done:,} / {total:,}</translation>
</message>
<message>
<source>{what}…</source>
<translation>{what}…</translation>
</message>
<message>
<source>{where}: a number is out of range.</source>
<translation>{where}：有一个数字超出范围。</translation>
</message>
<message>
<source>{where}: the line is too long.</source>
<translation>{where}：该行太长。</translation>
</message>
<message>
<source>{where}: there is something that is no number.</source>
<translation>{where}：其中有不是数字的内容。</translation>
</message>
<message>
<source>{width} × {height} pixels</source>
<translation>{width} × {height} 像素</translation>
</message>
<message>
<source>“{action}” has no keys now.</source>
<translation>“{action}”现在没有按键。</translation>
</message>
<message>
<source>“{action}” is on {keys} now.</source>
<translation>“{action}”的按键现在是 {keys}。</translation>
</message>
<message>
<source>“{address}” is no address of a cluster.</source>
<translation>“{address}”不是集群的地址。</translation>
</message>
<message>
<source>“{address}” is no server's address.</source>
<translation>“{address}”不是服务器地址。</translation>
</message>
<message>
<source>“{file}” is damaged or cut off: {error}.</source>
<translation>“{file}”已损坏或不完整：{error}。</translation>
</message>
<message>
<source>“{folder}” cannot be loaded as a {title}: {error}.</source>
<translation>“{folder}”无法作为 {title} 加载：{error}。</translation>
</message>
<message>
<source>“{folder}” holds a model of the type “{kind}”, which is no SAM of this engine.</source>
<translation>“{folder}”中的模型类型为“{kind}”，不是此引擎的 SAM。</translation>
</message>
<message>
<source>“{host}” can be reached from other computers, and there is no token.</source>
<translation>其他计算机可以访问“{host}”，但没有设置令牌。</translation>
</message>
<message>
<source>“{index}” names “{name}”, which is no safetensors file of its folder.</source>
<translation>“{index}”中列出了“{name}”，它不是该文件夹中的 safetensors 文件。</translation>
</message>
<message>
<source>“{model}” is a file; {noun} is a folder.</source>
<translation>“{model}”是文件，而 {noun} 应为文件夹。</translation>
</message>
<message>
<source>“{name}” (images: {images:,}, regions: {regions:,})</source>
<translation>“{name}”（图像：{images:,}，区域：{regions:,}）</translation>
</message>
<message>
<source>“{name}” and “{other}”</source>
<translation>“{name}”和“{other}”</translation>
</message>
<message>
<source>“{name}” can only be read now, and a batch writes its answers into it.</source>
<translation>“{name}”现在只能读取，而批处理要把回答写入其中。</translation>
</message>
<message>
<source>“{name}” cannot be opened as a project: {error}.</source>
<translation>无法将“{name}”作为项目打开：{error}。</translation>
</message>
<message>
<source>“{name}” cannot be read: {error}.</source>
<translation>无法读取“{name}”：{error}。</translation>
</message>
<message>
<source>“{name}” cannot be read: {reason}.</source>
<translation>无法读取“{name}”：{reason}。</translation>
</message>
<message>
<source>“{name}” cannot be read: {strerror}.</source>
<translation>无法读取“{name}”：{strerror}。</translation>
</message>
<message>
<source>“{name}” could not be downloaded: its server cannot be reached ({error}).</source>
<translation>无法下载“{name}”：无法连接服务器（{error}）。</translation>
</message>
<message>
<source>“{name}” could not be downloaded: {error}.</source>
<translation>无法下载“{name}”：{error}。</translation>
</message>
<message>
<source>“{name}” could not be written.</source>
<translation>无法写入“{name}”。</translation>
</message>
<message>
<source>“{name}” could not be written: {why}.</source>
<translation>无法写入“{name}”：{why}。</translation>
</message>
<message>
<source>“{name}” did not arrive as it was published: {why}.</source>
<translation>收到的“{name}”与发布的不符：{why}。</translation>
</message>
<message>
<source>“{name}” differs only in case from “{other}”.</source>
<translation>“{name}”与“{other}”只有大小写不同。</translation>
</message>
<message>
<source>“{name}” has files in it, and is no earlier export as {form}.</source>
<translation>“{name}”中已有文件，且不是之前以 {form} 格式导出的。</translation>
</message>
<message>
<source>“{name}” has more than {limit:,} bytes, which is the limit.</source>
<translation>“{name}”超过 {limit:,} 字节的上限。</translation>
</message>
<message>
<source>“{name}” has more than {max_files:,} files.</source>
<translation>“{name}”中的文件超过 {max_files:,} 个。</translation>
</message>
<message>
<source>“{name}” has no COCO categories: {error}.</source>
<translation>“{name}”中没有 COCO 类别：{error}。</translation>
</message>
<message>
<source>“{name}” has no files that end in .json.</source>
<translation>“{name}”中没有以 .json 结尾的文件。</translation>
</message>
<message>
<source>“{name}” has the shape {shape} and not {wanted}</source>
<translation>“{name}”的形状为 {shape}，而不是 {wanted}</translation>
</message>
<message>
<source>“{name}” has {count} files where the export wrote {files}; it was not replaced.</source>
<translation>“{name}”中有 {count} 个文件，而导出写入的是 {files} 个；未替换它。</translation>
</message>
<message>
<source>“{name}” has {width}×{height} pixels; the limit is {max_pixels:,}.</source>
<translation>“{name}”为 {width}×{height} 像素；上限为 {max_pixels:,}。</translation>
</message>
<message>
<source>“{name}” holds a model of the type “{kind}”, which is no SAM.</source>
<translation>“{name}”中的模型类型为“{kind}”，不是 SAM。</translation>
</message>
<message>
<source>“{name}” holds more than weights: loading all of it could run code.</source>
<translation>“{name}”中不只有权重：完整加载可能会运行代码。</translation>
</message>
<message>
<source>“{name}” holds {held}, not {variant}.</source>
<translation>“{name}”中是 {held}，而不是 {variant}。</translation>
</message>
<message>
<source>“{name}” is a database, but not a GAR Studio project.</source>
<translation>“{name}”是数据库，但不是 GAR Studio 项目。</translation>
</message>
<message>
<source>“{name}” is a file; {form} needs a folder.</source>
<translation>“{name}”是文件；{form} 需要文件夹。</translation>
</message>
<message>
<source>“{name}” is a folder.</source>
<translation>“{name}”是文件夹。</translation>
</message>
<message>
<source>“{name}” is a pickle, which can run a stranger's code; it was not opened.</source>
<translation>“{name}”是 pickle 文件，可能运行陌生人的代码；未打开它。</translation>
</message>
<message>
<source>“{name}” is damaged or cut off ({error}).</source>
<translation>“{name}”已损坏或不完整（{error}）。</translation>
</message>
<message>
<source>“{name}” is damaged, and a copy of it would be so too ({found}).</source>
<translation>“{name}”已损坏，其副本也会如此（{found}）。</translation>
</message>
<message>
<source>“{name}” is damaged: {error}.</source>
<translation>“{name}”已损坏：{error}。</translation>
</message>
<message>
<source>“{name}” is empty (0 bytes).</source>
<translation>“{name}”为空（0 字节）。</translation>
</message>
<message>
<source>“{name}” is empty.</source>
<translation>“{name}”为空。</translation>
</message>
<message>
<source>“{name}” is for regions without another category and cannot be deleted.</source>
<translation>“{name}”供没有其他类别的区域使用，不能删除。</translation>
</message>
<message>
<source>“{name}” is larger than {max_bytes} GiB: no SAM is.</source>
<translation>“{name}”超过 {max_bytes} GiB：没有这么大的 SAM。</translation>
</message>
<message>
<source>“{name}” is no .pth file.</source>
<translation>“{name}”不是 .pth 文件。</translation>
</message>
<message>
<source>“{name}” is no COCO file: it has no list of {value}.</source>
<translation>“{name}”不是 COCO 文件：其中没有 {value} 列表。</translation>
</message>
<message>
<source>“{name}” is no checkpoint of plain weights: it is cut off or of another kind.</source>
<translation>“{name}”不是纯权重文件：它不完整或属于其他类型。</translation>
</message>
<message>
<source>“{name}” is not a GAR Studio project.</source>
<translation>“{name}”不是 GAR Studio 项目。</translation>
</message>
<message>
<source>“{name}” is not a SAM checkpoint: {reason}.</source>
<translation>“{name}”不是 SAM 权重文件：{reason}。</translation>
</message>
<message>
<source>“{name}” is not a device.</source>
<translation>“{name}”不是设备。</translation>
</message>
<message>
<source>“{name}” is not a number type.</source>
<translation>“{name}”不是数字类型。</translation>
</message>
<message>
<source>“{name}” is not an image that can be read.</source>
<translation>“{name}”不是可以读取的图像。</translation>
</message>
<message>
<source>“{name}” is not text in UTF-8.</source>
<translation>“{name}”不是 UTF-8 文本。</translation>
</message>
<message>
<source>“{name}” is not the file that Meta released under this name: its SHA-256 begins with {found} and not with {wanted}.</source>
<translation>“{name}”不是 Meta 以此名称发布的文件：其 SHA-256 以 {found} 开头，而不是 {wanted}。</translation>
</message>
<message>
<source>“{name}” is open in another window, or was not closed properly.</source>
<translation>“{name}”在另一个窗口中打开，或没有正常关闭。</translation>
</message>
<message>
<source>“{name}” is the project itself; the labels were not written over it.</source>
<translation>“{name}”就是项目本身；标注没有覆盖它。</translation>
</message>
<message>
<source>“{name}” needs {needed:.1f} GB more on the disk of “{folder}”, and {free:.1f} GB are free.</source>
<translation>“{name}”在“{folder}”所在磁盘上还需要 {needed:.1f} GB，而有 {free:.1f} GB 可用。</translation>
</message>
<message>
<source>“{name}” was moved, deleted or replaced, or its drive is gone.</source>
<translation>“{name}”已被移动、删除或替换，或其驱动器已断开。</translation>
</message>
<message>
<source>“{name}” was not closed properly, and its folder cannot be written to: its last edits cannot be read here.</source>
<translation>“{name}”没有正常关闭，且无法写入其文件夹：在这里无法读取最后的编辑。</translation>
</message>
<message>
<source>“{name}” was not fetched: HF_HUB_OFFLINE is set.</source>
<translation>未获取“{name}”：已设置 HF_HUB_OFFLINE。</translation>
</message>
<message>
<source>“{name}”: {fate} (“{folder}”).</source>
<translation>“{name}”：{fate}（“{folder}”）。</translation>
</message>
<message>
<source>“{out}” is a folder.</source>
<translation>“{out}”是文件夹。</translation>
</message>
<message>
<source>“{out}” is no project's name.</source>
<translation>“{out}”不是项目名称。</translation>
</message>
<message>
<source>“{path}” belongs to another image of the project already.</source>
<translation>“{path}”已属于项目中的另一张图像。</translation>
</message>
<message>
<source>“{path}” cannot be read: {error}.</source>
<translation>无法读取“{path}”：{error}。</translation>
</message>
<message>
<source>“{path}” cannot be read: {strerror}.</source>
<translation>无法读取“{path}”：{strerror}。</translation>
</message>
<message>
<source>“{path}” does not say what a GAR needs: {error}.</source>
<translation>“{path}”没有说明 GAR 所需的内容：{error}。</translation>
</message>
<message>
<source>“{path}” has changed since it was added.</source>
<translation>“{path}”在加入后已改变。</translation>
</message>
<message>
<source>“{path}” has changed; its masks may not fit.</source>
<translation>“{path}”已改变；其掩码可能不吻合。</translation>
</message>
<message>
<source>“{path}” has no token: one word of at most 1,024 characters.</source>
<translation>“{path}”中没有令牌：应为一个不超过 1,024 个字符的词。</translation>
</message>
<message>
<source>“{path}” has {count:,} regions; an instance mask has room for {max_instances:,}.</source>
<translation>“{path}”有 {count:,} 个区域；实例掩码最多容纳 {max_instances:,} 个。</translation>
</message>
<message>
<source>“{path}” has {width}×{height} pixels now, and its masks were made for {image_width}×{image_height}: they do not fit any more.</source>
<translation>“{path}”现在为 {width}×{height} 像素，而其掩码是为 {image_width}×{image_height} 制作的：它们不再吻合。</translation>
</message>
<message>
<source>“{path}” has {width}×{height} pixels now, but {record_width}×{record_height} when it was added.</source>
<translation>“{path}”现在为 {width}×{height} 像素，而加入时为 {record_width}×{record_height}。</translation>
</message>
<message>
<source>“{path}” is a folder, not a project file.</source>
<translation>“{path}”是文件夹，不是项目文件。</translation>
</message>
<message>
<source>“{path}” is not a readable tokenizer: {error}.</source>
<translation>“{path}”不是可读取的分词器：{error}。</translation>
</message>
<message>
<source>“{path}” is not readable JSON: {error}.</source>
<translation>“{path}”不是可读取的 JSON：{error}。</translation>
</message>
<message>
<source>“{path}” is too large to be a chat template.</source>
<translation>“{path}”作为对话模板太大。</translation>
</message>
<message>
<source>“{path}” is too large to be a settings file.</source>
<translation>“{path}”作为设置文件太大。</translation>
</message>
<message>
<source>“{path}” was changed since “{name}” was exported; it was not replaced.</source>
<translation>“{path}”在导出“{name}”之后被更改；未替换它。</translation>
</message>
<message>
<source>“{place}” does not say how large its image is, and its photo is not there.</source>
<translation>“{place}”没有说明图像尺寸，且其照片不在。</translation>
</message>
<message>
<source>“{place}” has a path of more than {max_name:,} characters.</source>
<translation>“{place}”的路径超过 {max_name:,} 个字符。</translation>
</message>
<message>
<source>“{place}” has no names of classes that can be read.</source>
<translation>“{place}”中没有可读取的类别名称。</translation>
</message>
<message>
<source>“{place}” is not as expected: {why}.</source>
<translation>“{place}”不符合预期：{why}。</translation>
</message>
<message>
<source>“{place}” is said to have {width}×{height} pixels; that is no size of an image here.</source>
<translation>“{place}”标明为 {width}×{height} 像素；这不是此处图像的尺寸。</translation>
</message>
<message>
<source>“{repository}” has no *.safetensors files.</source>
<translation>“{repository}”没有 *.safetensors 文件。</translation>
</message>
<message>
<source>“{repository}” is fetched only by who has accepted its terms on the hub.</source>
<translation>只有在 hub 上接受“{repository}”条款的用户才能获取它。</translation>
</message>
<message>
<source>“{repository}” is neither a folder nor a hub id.</source>
<translation>“{repository}”既不是文件夹也不是 hub id。</translation>
</message>
<message>
<source>“{repository}” is no hub id.</source>
<translation>“{repository}”不是 hub id。</translation>
</message>
<message>
<source>“{repository}” is not on this computer.</source>
<translation>“{repository}”不在此计算机上。</translation>
</message>
<message>
<source>“{repository}” is only in part on this computer.</source>
<translation>“{repository}”只有一部分在此计算机上。</translation>
</message>
<message>
<source>“{repository}” was not fetched: HF_HUB_OFFLINE is set.</source>
<translation>未获取“{repository}”：已设置 HF_HUB_OFFLINE。</translation>
</message>
<message>
<source>“{shown}” is no path inside the folder that was chosen.</source>
<translation>“{shown}”不是所选文件夹内的路径。</translation>
</message>
<message>
<source>“{target}” is neither a project nor a folder of photos, nor a COCO file.</source>
<translation>“{target}”既不是项目，也不是照片文件夹或 COCO 文件。</translation>
</message>
<message>
<source>“{text}” has no question yet.</source>
<translation>“{text}”还没有问题内容。</translation>
</message>
<message>
<source>“{text}” has {count} characters; {max_text} fit.</source>
<translation>“{text}”有 {count} 个字符；最多 {max_text} 个。</translation>
</message>
<message>
<source>“{text}” is no split such as 80/10/10.</source>
<translation>“{text}”不是 80/10/10 这样的划分。</translation>
</message>
<message>
<source>“{what}” is there already and will be replaced.</source>
<translation>“{what}”已存在，将被替换。</translation>
</message>
<message>
<source>简体&amp;中文</source>
<translation>简体&amp;中文</translation>
</message>
</context>
</TS>
