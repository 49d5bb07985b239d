package command

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/skipcost/skipcost/internal/request"
)

func sweepHelp() help {
	return help{
		usage: "what networks cost at every point of a grid: all of it, or the best of it",
		text:  "skipcost sweep [FLAGS] NETWORK ...\nskipcost sweep merge [--format FORMAT] [-o FILE] FILE ...",
		description: "Ranges are first:last, first:last:step, first:last:*factor, or lists with commas; options are swept by their words:\n" +
			strings.Join(request.SweptOptions(), ", ") + "; batch is a number.\n" +
			"merge joins the files that --shard writes. A front goes into a picture too, by -o x.svg, x.png or --format term.\n\n" +
			"Examples:\n" +
			"  skipcost sweep concat add --over L=2:200,N=16:1024:16 --where 'params<=1M' --pareto params,max:mean_path -o front.svg\n" +
			"  skipcost sweep densenet-bc --over L=10:190:6,k=12,24,40 --top 5 --by macs\n" +
			"  skipcost sweep resnet50 --over batch=1:256:*2,dtype=fp32,bf16,optimizer=sgd,adam --columns training_total_bytes --format csv\n" +
			"  skipcost sweep concat --over L=2:1000,N=1:1000000 --pareto params,macs --shard 3/16 -o part3.jsonl",
	}
}

// sweep runs a sweep that writes a file as it goes, or shows how far it is.
func (s *streams) sweep(store *request.Store, req *request.Request, output string) error {
	if req.Merges() {
		return s.answer(context.Background(), store, req, output)
	}
	work, err := store.Sweep(req)
	if err != nil {
		return err
	}
	if work.Shard && output == "" {
		return usagef("-o FILE says where", "a shard is written to a file")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // schedulers end a job by the latter
	defer stop()
	job := &sweepJob{Sweep: work, streams: s, path: output, resume: req.On("resume"), force: req.On("force")}
	return job.run(ctx)
}
